import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, type NpyArray } from '../../../src/archives/npy.js';
import type { EvaluationResult } from '../../../src/documents/result.js';
import { score } from '../../../src/evaluate/score.js';
import { encodePng } from '../../../src/images/write-png.js';
import { fixturePictures } from '../../evaluate/pictures.js';
import { tiffFile } from '../tiff-file.js';
import { writeZip } from '../zip-file.js';

const EACH_CLASS = 2;
let root: string;
let folder: string;
let files: { id: string; label: string; bytes: Buffer }[];
let pictures: NpyArray;
let labels: NpyArray;
let expected: unknown;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-forms-'));
  folder = join(root, 'folder');
  const some = (await fixturePictures()).filter(
    ({ label }, i, all) => i - all.findIndex((other) => other.label === label) < EACH_CLASS,
  );
  files = [];
  const pixels = new Uint8Array(some.length * 3072);
  for (const [row, { label, picture }] of some.entries()) {
    pixels.set(picture.pixels, row * 3072);
    const bytes = await encodePng({ width: 32, height: 32, channels: 3, pixels: picture.pixels });
    files.push({ id: `${label}/${String(row).padStart(3, '0')}.png`, label: String(label), bytes });
  }
  for (const { id, bytes } of files) write(join(folder, id), bytes);
  pictures = { shape: [some.length, 32, 32, 3], data: pixels };
  labels = { shape: [some.length], data: Int32Array.from(some, ({ label }) => label) };
  expected = await metricsOf(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

function write(path: string, bytes: Buffer | string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** What has to be equal, whatever holds the pictures. */
async function metricsOf(path: string, options = {}) {
  const result: EvaluationResult = await score({
    samples: path,
    cacheDir: join(root, 'cache'),
    threads: 2,
    reference: folder,
    msssimPairs: 3,
    splits: 3,
    resolutions: [16],
    metrics: ['is', 'accuracy', 'msssim', 'fid', 'kid'],
    classes: 'inception-cifar10',
    kidSubsets: 3,
    kidSubsetSize: 15,
    ...options,
  });
  const { metrics, warnings, samples } = result;
  return JSON.stringify({
    metrics,
    warnings,
    samples: [samples.count, samples.classes, samples.sizes, samples.changed, samples.skipped],
  });
}

/** A picture of 32×32 in a simple format. */
function encodeAs(kind: string, pixels: Uint8Array): Buffer {
  if (kind === 'ppm') return Buffer.concat([Buffer.from('P6\n32 32\n255\n'), pixels]);
  if (kind === 'bmp') {
    const head = Buffer.alloc(54);
    head.write('BM', 'latin1');
    head.writeUInt32LE(54, 10);
    head.writeUInt32LE(40, 14);
    head.writeInt32LE(32, 18);
    head.writeInt32LE(-32, 22);
    head.writeUInt16LE(24, 28);
    return Buffer.concat([head, pixels.map((_, i) => pixels[i - (i % 3) + 2 - (i % 3)])]);
  }
  const size = { width: 32, height: 32, bands: 3, photometric: 2 };
  if (kind === 'chunky.tif') return tiffFile({ ...size, data: pixels });
  const planes = pixels.map((_, i) => pixels[(i % 1024) * 3 + Math.floor(i / 1024)]);
  const tags = { 273: [8, 8 + 1024, 8 + 2048], 279: [1024, 1024, 1024] };
  return tiffFile({ ...size, data: planes, planar: 2, tags });
}

describe('the same pictures', () => {
  it('have metrics that were all computed', () => {
    const { metrics } = JSON.parse(String(expected)) as EvaluationResult;
    const computed = metrics.filter(({ status, subject }) => status === 'ok' && subject === 'samples');
    expect(computed.map(({ id }) => id)).toEqual(['is', 'accuracy', 'msssim', 'fid', 'kid']);
  });

  const table = (line: (file: { id: string; label: string }) => string) =>
    files.map((file) => `${line(file)}\n`).join('');

  it.each<[string, () => Promise<string> | string]>([
    [
      'CSV manifest',
      () =>
        write(
          join(root, 'list.csv'),
          table(({ id, label }) => `folder/${id},${label}`),
        ),
    ],
    [
      'JSON-lines manifest',
      () =>
        write(
          join(root, 'list.jsonl'),
          table(({ id, label }) => JSON.stringify({ path: `folder/${id}`, label })),
        ),
    ],
    [
      'zip',
      () =>
        zipped(
          'deflated.zip',
          files.map(({ id, bytes }) => [id, bytes]),
        ),
    ],
    ['npz, stored', () => zipped('stored.npz', arrays(), true)],
    ['npz, deflated', () => zipped('deflated.npz', arrays())],
    [
      'tar',
      async () => {
        const file = join(root, 'set.tar');
        await create({ file, cwd: folder }, [...new Set(files.map(({ label }) => label))].reverse());
        return file;
      },
    ],
    [
      'WebDataset',
      async () => {
        const flat = join(root, 'flat');
        const names = files.flatMap(({ bytes, label }, row) => {
          const stem = String(row).padStart(6, '0');
          write(join(flat, `${stem}.png`), bytes);
          write(join(flat, `${stem}.cls`), label);
          return [`${stem}.png`, `${stem}.cls`];
        });
        const file = join(root, 'shards', 'a-000.tar');
        mkdirSync(dirname(file));
        await create({ file, cwd: flat }, names);
        return file;
      },
    ],
    ['folder of shards', () => join(root, 'shards')],
  ])('as %s give the same bytes of metrics', async (_, make) => {
    expect(await metricsOf(await make())).toBe(expected);
  });

  it.each(['bmp', 'ppm', 'chunky.tif', 'planar.tif'])(
    'as folder of .%s give the same bytes of metrics',
    async (kind) => {
      const other = join(root, kind);
      for (const [row, { id }] of files.entries()) {
        const pixels = (pictures.data as Uint8Array).subarray(row * 3072, (row + 1) * 3072);
        write(join(other, id.replace('.png', `.${kind.replace(/.*\./, '')}`)), encodeAs(kind, pixels));
      }
      expect(await metricsOf(other)).toBe(expected);
    },
  );

  it('as npy with labels beside it give the same bytes of metrics', async () => {
    const array = write(join(root, 'set.npy'), encodeNpy(pictures));
    const rows = files.map(({ label }, row) => `${String(row).padStart(2, '0')},${label}\n`);
    const table = write(join(root, 'labels.csv'), rows.join(''));
    expect(await metricsOf(array, { labels: table })).toBe(expected);
  });

  const arrays = (): [string, Buffer][] => [
    ['arr_0.npy', encodeNpy(pictures)],
    ['arr_1.npy', encodeNpy(labels)],
  ];
  const zipped = (name: string, entries: [string, Buffer][], stored = false) =>
    writeZip(
      join(root, name),
      entries.map(([id, bytes]) => ({ name: id, bytes, stored })),
    );
});
