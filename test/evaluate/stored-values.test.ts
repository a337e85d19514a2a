import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeParts } from '../../src/distribute/merge.js';
import { scorePart } from '../../src/distribute/part.js';
import type { EvaluationResult, ImageSet } from '../../src/documents/result.js';
import { score } from '../../src/evaluate/score.js';
import { listValueWarnings } from '../../src/evaluate/warnings/value-warnings.js';
import { openImages } from '../../src/images/open.js';
import { encodePng } from '../../src/images/write-png.js';
import { pngFile } from '../images/png-file.js';
import { tiffFile } from '../images/tiff-file.js';
import { fixturePictures } from './pictures.js';

const SIDE = 32;
const PICTURES = 40;
let root: string;
const folders: Record<string, string> = {};

/** A 16-bit PNG whose samples use the lower `bits` bits; the 8-bit picture is in the upper ones of these. */
function deepPng(pixels: Uint8Array, bits: number): Buffer {
  const rows = Buffer.alloc(SIDE * (SIDE * 6 + 1));
  for (let y = 0, from = 0; y < SIDE; y++) {
    for (let i = 0; i < SIDE * 3; i++) {
      rows.writeUInt16BE(
        (pixels[from++] << (bits - 8)) | (2 ** (bits - 8) - 1),
        y * (SIDE * 6 + 1) + 1 + 2 * i,
      );
    }
  }
  return pngFile({ width: SIDE, height: SIDE, depth: 16, colorType: 2, rows });
}

function deepTiff(pixels: Uint8Array, bits: number): Buffer {
  const data = Buffer.alloc(pixels.length * 2);
  for (const [i, value] of pixels.entries()) data.writeUInt16LE(value << (bits - 8), 2 * i);
  return tiffFile({ width: SIDE, height: SIDE, bands: 3, bits: [16, 16, 16], photometric: 2, data });
}

function floatTiff(pixels: Uint8Array): Buffer {
  const data = Buffer.alloc(pixels.length * 4);
  for (const [i, value] of pixels.entries()) data.writeFloatLE(value / 255, 4 * i);
  return tiffFile({
    width: SIDE,
    height: SIDE,
    bands: 3,
    bits: [32, 32, 32],
    format: 3,
    photometric: 2,
    data,
  });
}

const KINDS: Record<string, [extension: string, write: (pixels: Uint8Array) => Buffer | Promise<Buffer>]> = {
  plain: ['png', (pixels) => encodePng({ width: SIDE, height: SIDE, channels: 3, pixels })],
  png16: ['png', (pixels) => deepPng(pixels, 16)],
  png12: ['png', (pixels) => deepPng(pixels, 12)],
  tiff10: ['tif', (pixels) => deepTiff(pixels, 10)],
  float: ['tif', floatTiff],
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-values-'));
  const pictures = (await fixturePictures()).filter((_, i) => i % 5 === 0).slice(0, PICTURES);
  for (const [kind, [extension, write]] of Object.entries(KINDS)) {
    folders[kind] = join(root, kind);
    await mkdir(folders[kind]);
    for (const [i, { picture }] of pictures.entries()) {
      const name = `${String(i).padStart(2, '0')}.${extension}`;
      await writeFile(join(folders[kind], name), await write(picture.pixels));
    }
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

const scored = (kind: string, options = {}) =>
  score({
    samples: folders[kind],
    cacheDir: join(root, 'cache'),
    metrics: ['is'],
    splits: 2,
    threads: 2,
    ...options,
  });
const mainValue = ({ metrics: [first] }: EvaluationResult) =>
  first.status === 'ok' ? first.value : first.reason;

describe('pictures stored in 16 bits a sample', () => {
  it('are read by their high byte, counted and not warned of where they use all of it', async () => {
    const plain = await scored('plain');
    const deep = await scored('png16');
    expect(mainValue(deep)).toBe(mainValue(plain));
    const counts = Object.values(deep.samples.changed).reduce((sum, count) => sum + count, 0);
    expect(counts).toBe(PICTURES);
    expect(deep.warnings.filter((warning) => warning.includes('16 bits'))).toEqual([]);
  });

  it.each([
    ['png12', 12],
    ['tiff10', 10],
  ])('are warned of where they hold %s, and read right with its bit depth', async (kind, bits) => {
    const plain = await scored('plain');
    const dark = await scored(kind);
    expect(mainValue(dark)).not.toBe(mainValue(plain));
    expect(dark.warnings).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `The samples have 40 pictures stored in 16 bits .* none of which uses more than ${bits} bits.*--bit-depth ${bits}`,
        ),
      ),
    );
    expect(dark.samples.changed[`${bits}-of-16-bits`]).toBeGreaterThan(0);
    const right = await scored(kind, { bitDepth: bits });
    expect(right.metrics).toEqual(plain.metrics);
    expect(right.samples.reading).toEqual({ bitDepth: bits });
    expect(right.warnings.filter((warning) => warning.includes('16 bits'))).toEqual([]);
    // The cache holds the rows of both readings.
    expect(mainValue(await scored(kind))).toBe(mainValue(dark));
  });

  it('are scored as samples and as reference by options of their own', async () => {
    const metrics = ['fid'];
    const plain = await scored('plain', { reference: folders.plain, metrics });
    const other = await scored('plain', { reference: folders.png12, referenceBitDepth: 12, metrics });
    expect(other.metrics).toEqual(plain.metrics);
    expect(other.reference?.reading).toEqual({ bitDepth: 12 });
    expect(other.samples.reading).toBeUndefined();
  });
});

describe('pictures of floating-point samples', () => {
  it('are bad without a range, and the same pictures with it', async () => {
    await expect(scored('float')).rejects.toThrow(
      /40 pictures of .*3 bands of 32-bit floating-point RGB.*say --range or --reference-range/,
    );
    const plain = await scored('plain');
    const right = await scored('float', { range: '0..1' });
    expect(right.metrics).toEqual(plain.metrics);
    expect(right.samples.reading).toEqual({ range: '0..1' });
  });
});

it('parts that are merged say how their pictures were read', async () => {
  const out = join(root, 'part');
  const input = { samples: folders.png12, bitDepth: 12 as const, metrics: ['is' as const], threads: 2 };
  await scorePart({ ...input, part: { index: 1, of: 1, out } });
  expect((await mergeParts({ parts: [out], threads: 2 })).samples.reading).toEqual({ bitDepth: 12 });
});

it('a source that is open already says itself how it is read', async () => {
  const source = await openImages(folders.png12, { bitDepth: 12 });
  try {
    await expect(score({ samples: source, bitDepth: 12 })).rejects.toThrow(
      'Option bitDepth goes with the path',
    );
    const { samples } = await scored('plain', { samples: source });
    expect(samples.reading).toEqual({ bitDepth: 12 });
  } finally {
    await source.close();
  }
});

describe('warnings about values', () => {
  const set = (changed: Record<string, number>, reading?: ImageSet['reading']): ImageSet => ({
    source: 'set',
    kind: 'folder',
    digest: '0'.repeat(64),
    count: 3,
    classes: null,
    sizes: null,
    changed,
    skipped: [],
    reading,
  });

  it.each<[Record<string, number>, ImageSet['reading'], RegExp | undefined]>([
    [
      { '9-of-16-bits': 1, '12-of-16-bits': 2 },
      undefined,
      /3 pictures stored .* more than 12 bits.*--reference-bit-depth 12/,
    ],
    [{ '9-of-16-bits': 3 }, undefined, /data of 10 bits/],
    [{ '9-of-16-bits': 2, '15-of-16-bits': 1 }, undefined, undefined],
    [{ '9-of-16-bits': 3 }, { bitDepth: 10 }, undefined],
    [{}, { bitDepth: 10 }, /No picture of the reference is stored in 16 bits: --reference-bit-depth 10/],
    [{ 'only-0-and-1': 3 }, undefined, /no values but 0 and 1.*--reference-range 0\.\.1/],
    [{ 'only-0-and-1': 2 }, undefined, undefined],
    [{ 'none-below-0': 3 }, { range: '-1..1' }, /below 0/],
    [{ 'none-above-1': 3 }, { range: '0..255' }, /above 1/],
    [{ clamped: 1 }, { range: '0..1' }, /one picture with values outside 0\.\.1/],
    [{ 'first-frame': 2 }, undefined, /2 pictures with several frames, of which the first/],
    [{ 'first-page': 1 }, undefined, /one picture with several pages, of which the first/],
    [{ 'bands-as-rgb': 3 }, undefined, /3 pictures of three gray bands/],
    [{ 'alpha-dropped': 3 }, undefined, undefined],
  ])('%o with %o', (changed, reading, sentence) => {
    const warnings = listValueWarnings('reference', set(changed, reading));
    if (sentence === undefined) expect(warnings).toEqual([]);
    else expect(warnings).toEqual([expect.stringMatching(sentence)]);
  });
});
