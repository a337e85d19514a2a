import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../src/archives/npy.js';
import type { openImages as OpenImages } from '../../../src/images/open.js';
import type { PictureOutcome } from '../../../src/images/picture.js';
import { writeTar } from '../forms/tar-file.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { pngFile } from '../png-file.js';
import { writeZip } from '../zip-file.js';

// Worker threads run JavaScript. So this compiles the folder to where its packages are found, whatever is in dist/.
const root = fileURLToPath(new URL('../../../', import.meta.url));
const built = join(root, 'node_modules', '.cache', `ganeval-images-test-${process.pid}`);
const DEADLY = '13.png';
const DEADLY_WIDTH = 2;
let openImages: typeof OpenImages;

beforeAll(async () => {
  const target = join(built, 'dist', 'images');
  mkdirSync(target, { recursive: true });
  cpSync(join(root, 'package.json'), join(built, 'package.json'));
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  for (const folder of ['images', 'archives', 'storage', 'core']) {
    for (const file of readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.d.ts')) continue;
      const out = join(built, 'dist', folder, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(out), { recursive: true });
      const source = readFileSync(join(root, 'src', folder, file), 'utf8');
      writeFileSync(out, ts.transpileModule(source, { compilerOptions }).outputText);
    }
  }
  // A file whose reading ends the thread stands in for a crash of the decoder.
  const reading = join(target, 'workers', 'read-file.js');
  const poisoned = readFileSync(reading, 'utf8').replace(
    'function withFile(file, use) {',
    `function withFile(file, use) { if (String(file).endsWith('/${DEADLY}')) process.exit(3);`,
  );
  expect(poisoned).toContain('process.exit(3)');
  writeFileSync(reading, poisoned);
  // And one whose unpacking does, among others that are unpacked with it.
  const batches = join(target, 'decoding', 'png', 'png-batch.js');
  const deadly = readFileSync(batches, 'utf8').replace(
    '#unzip() {',
    `#unzip() { if (this.#taken.some(({ png }) => png.header.width === ${DEADLY_WIDTH})) process.exit(3);`,
  );
  expect(deadly).toContain('process.exit(3)');
  writeFileSync(batches, deadly);
  openImages = (await import(pathToFileURL(join(target, 'open.js')).href)).openImages;
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

const dots = (first: number, count: number) =>
  pictureFolder(
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${first + i}.png`, dot(i & 255)])),
  );

/** With a digest in place of the pixels, which are slow to compare one by one. */
const digested = (outcome: PictureOutcome) =>
  outcome.ok ? { ...outcome, pixels: createHash('sha256').update(outcome.pixels).digest('hex') } : outcome;

describe('worker threads', () => {
  it('give what the calling thread would, in order', async () => {
    const files: Record<string, Buffer> = {};
    for (let i = 0; i < 60; i++) {
      const picture = sharp({
        create: { width: 200 + i, height: 150, channels: 3, background: { r: i, g: 9, b: 1 } },
      });
      const bytes =
        i % 3 === 0 ? picture.webp({ lossless: true }) : i % 3 === 1 ? picture.png() : picture.jpeg();
      files[`${100 + i}.${['webp', 'png', 'jpg'][i % 3]}`] = await bytes.toBuffer();
    }
    const folder = pictureFolder(files);
    const here = await (await import('../../../src/images/open.js')).openImages(folder);
    const threaded = await openImages(folder, { threads: 2 });
    expect([...(await threaded.inspect())]).toEqual([...(await here.inspect())]);
    const expected = here.pictures(here.entries.keys())[Symbol.asyncIterator]();
    for await (const outcome of threaded.pictures(threaded.entries.keys())) {
      expect(digested(outcome)).toEqual(digested((await expected.next()).value));
    }
    expect((await expected.next()).done).toBe(true);
    expect(digested(await threaded.picture(5))).toEqual(digested(await here.picture(5)));
    await threaded.close();
  });

  it('read parts of archives and arrays, and of a file without a name', async () => {
    const folder = pictureFolder([]);
    const pictures = Array.from({ length: 300 }, (_, i) => ({
      name: `${1000 + i}.png`,
      bytes: dot(i & 255),
    }));
    const array = encodeNpy({
      shape: [300, 1, 1, 3],
      data: Uint8Array.from({ length: 900 }, (_, i) => i / 3),
    });
    const paths = [
      await writeZip(join(folder, 'set.zip'), pictures),
      writeTar(join(folder, 'set.tar'), pictures),
      await writeZip(join(folder, 'stored.npz'), [{ name: 'arr_0.npy', bytes: array, stored: true }]),
      await writeZip(join(folder, 'deflated.npz'), [{ name: 'arr_0.npy', bytes: array }]),
    ];
    for (const path of paths) {
      const source = await openImages(path, { threads: 2 });
      expect(await source.inspect()).toHaveLength(300);
      const values: number[] = [];
      for await (const outcome of source.pictures(source.entries.keys())) {
        values.push(outcome.ok ? outcome.pixels[2] : -1);
      }
      expect(values).toEqual(pictures.map((_, i) => i & 255));
      expect((await source.picture(299)).pixels[0]).toBe(299 & 255);
      await source.close();
    }
  });

  it('that die are replaced, and the file they were on is bad', async () => {
    const source = await openImages(dots(1000, 600), { threads: 2 });
    const withDeadly = await openImages(dots(10, 200), { threads: 2 });
    for (const [opened, bad] of [
      [source, []],
      [withDeadly, [DEADLY]],
    ] as const) {
      const found: string[] = [];
      let count = 0;
      for await (const outcome of opened.pictures(opened.entries.keys())) {
        expect(outcome.index).toBe(count++);
        if (outcome.ok) continue;
        found.push(opened.entries[outcome.index].id);
        expect(outcome.reason).toBe('made the decoder crash');
      }
      expect(found).toEqual(bad);
      expect(count).toBe(opened.entries.length);
    }
    await expect(withDeadly.inspect()).rejects.toThrow(/"13.png" made the decoder crash/);
    await source.close();
    await withDeadly.close();
  });

  it('that die of one of several files that are unpacked together are replaced, and that one is bad', async () => {
    const rows = Buffer.from([0, 1, 2, 3, 4, 5, 6]);
    const wide = pngFile({ width: DEADLY_WIDTH, height: 1, colorType: 2, rows });
    const source = await openImages(
      pictureFolder({ 'a.png': dot(1), 'b.png': dot(2), 'c.png': wide, 'd.png': dot(3) }),
    );
    const found: unknown[] = [];
    for await (const outcome of source.pictures(source.entries.keys())) {
      found.push(outcome.ok ? outcome.pixels[0] : outcome.reason);
    }
    expect(found).toEqual([1, 2, 'made the decoder crash', 3]);
    await source.close();
  });

  it('stop when the consumer leaves, aborts or closes', async () => {
    const source = await openImages(dots(1000, 900), { threads: 2 });
    for await (const outcome of source.pictures(source.entries.keys())) if (outcome.index === 70) break;
    const controller = new AbortController();
    const aborted = (async () => {
      for await (const _ of source.pictures(source.entries.keys(), { signal: controller.signal }))
        controller.abort();
    })();
    await expect(aborted).rejects.toThrow('aborted');
    expect((await source.picture(800)).pixels[0]).toBe(800 & 255);
    const left = source.pictures(source.entries.keys())[Symbol.asyncIterator]();
    await left.next();
    await source.close();
    await expect(source.picture(0)).rejects.toThrow('closed');
  });
});
