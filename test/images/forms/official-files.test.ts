import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openImages } from '../../../src/images/open.js';
import { parseIdxHeader } from '../../../src/images/rows/read-idx.js';
import { pictureFolder } from '../picture-folder.js';

const PLANE = 1024;

/** A record of CIFAR whose picture is of one color. */
const record = (labels: readonly number[], color: readonly number[]) =>
  Buffer.concat([Buffer.from(labels), ...color.map((value) => Buffer.alloc(PLANE, value))]);

const idx = (shape: readonly number[], values: Uint8Array) => {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [i, side] of shape.entries()) header.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([header, values]);
};
const images = idx(
  [2, 2, 3],
  Uint8Array.from({ length: 12 }, (_, i) => i * 20),
);
const labels = idx([2], Uint8Array.of(7, 3));

describe("CIFAR's binary files", () => {
  const test = Buffer.concat([record([3], [1, 2, 3]), record([0], [4, 5, 6])]);

  it('give labeled pictures, one file or a folder of them', async () => {
    const folder = pictureFolder({
      'data_batch_1.bin': record([9], [7, 8, 9]),
      'test_batch.bin': test,
      'batches.meta.txt': 'not ten names',
      'readme.html': '',
    });
    const one = await openImages(join(folder, 'test_batch.bin'));
    expect(one.kind).toBe('cifar');
    expect(one.classNames).toEqual(['airplane', 'cat']);
    expect(one.entries).toEqual([
      { id: '0', label: 1 },
      { id: '1', label: 0 },
    ]);
    const picture = await one.picture(1);
    expect([picture.width, picture.height]).toEqual([32, 32]);
    expect([...picture.pixels.subarray(0, 6)]).toEqual([4, 5, 6, 4, 5, 6]);
    const all = await openImages(folder);
    expect(all.entries.map(({ id }) => id)).toEqual(['data_batch_1/0', 'test_batch/0', 'test_batch/1']);
    expect((await all.picture(2)).pixels).toEqual(picture.pixels);
    expect(all.warnings).toEqual([expect.stringContaining('name test_batch.bin for the tests alone')]);
    const tests = await openImages(folder, { split: 'test' });
    expect([tests.split, tests.warnings]).toEqual(['test', []]);
    expect(tests.entries.map(({ id }) => id.split('/')[0])).toEqual(tests.entries.map(() => 'test_batch'));
    expect((await one.inspect()).at(1)).toEqual((await all.inspect()).at(2));
  });

  it('give the fine classes of CIFAR-100', async () => {
    const content = Buffer.concat([record([1, 99], [1, 2, 3]), record([19, 5], [4, 5, 6])]);
    const source = await openImages(join(pictureFolder({ 'test.bin': content }), 'test.bin'));
    expect(source.classNames).toEqual(['5', '99']);
    expect((await source.picture(1)).pixels[0]).toBe(4);
    const names = Array.from({ length: 100 }, (_, i) => `class ${i}`).join('\n');
    const named = pictureFolder({ 'test.bin': content, 'fine_label_names.txt': names });
    expect((await openImages(join(named, 'test.bin'))).classNames).toEqual(['class 5', 'class 99']);
  });

  it.each([
    ['cut short', test.subarray(0, -1), /no whole number of CIFAR's records/],
    ['empty', Buffer.alloc(0), /has 0 bytes/],
    ['something else', record([10], [0, 0, 0]), /picture 0 the label 10, where 0 to 9/],
  ])('are refused where they are %s', async (_, bytes, sentence) => {
    await expect(openImages(join(pictureFolder({ 'x.bin': bytes }), 'x.bin'))).rejects.toThrow(sentence);
  });
});

describe("MNIST's IDX files", () => {
  it('give gray pictures with the labels beside them, packed or not', async () => {
    const folder = pictureFolder({
      'plain-images-idx3-ubyte': images,
      'plain-labels-idx1-ubyte': labels,
      'packed-images-idx3-ubyte.gz': gzipSync(images),
      'packed-labels-idx1-ubyte.gz': gzipSync(labels),
    });
    for (const name of ['plain-images-idx3-ubyte', 'packed-images-idx3-ubyte.gz']) {
      const source = await openImages(join(folder, name));
      expect(source.kind).toBe('idx');
      expect(source.classNames).toEqual(['3', '7']);
      expect(source.entries).toEqual([
        { id: '0', label: 1 },
        { id: '1', label: 0 },
      ]);
      const picture = await source.picture(1);
      expect(picture).toMatchObject({ width: 3, height: 2, changes: ['gray-expanded'] });
      expect([...picture.pixels.subarray(0, 6)]).toEqual([120, 120, 120, 140, 140, 140]);
      expect(await source.inspect()).toHaveLength(2);
      await source.close();
    }
    const all = await openImages(folder);
    expect(all.entries.map(({ id }) => id)).toEqual([
      'packed-images-idx3-ubyte/0',
      'packed-images-idx3-ubyte/1',
      'plain-images-idx3-ubyte/0',
      'plain-images-idx3-ubyte/1',
    ]);
    await all.close();
  });

  it('have no labels where a file of them is missing, and a packed one counts once', async () => {
    const folder = pictureFolder({
      'a-images-idx3-ubyte': images,
      'a-images-idx3-ubyte.gz': gzipSync(images),
      'b-images.idx3-ubyte': images,
      'b-labels.idx1-ubyte': labels,
    });
    const source = await openImages(folder);
    expect(source.entries).toHaveLength(4);
    expect(source.classNames).toBeUndefined();
    expect(source.warnings).toEqual(['there are no labels, because these have none: a-images-idx3-ubyte/']);
  });

  it.each([
    ['is cut short', { 'x-images-idx3-ubyte': images.subarray(0, -1) }, /it is cut short/],
    ['is too long', { 'x-images-idx3-ubyte': Buffer.concat([images, images]) }, /holds more than 28 bytes/],
    ['holds labels', { 'x-images-idx3-ubyte': labels }, /give the file of the images/],
    ['has no pixels', { 'x-images-idx3-ubyte': idx([2, 0, 3], new Uint8Array()) }, /no IDX file of N×H×W/],
    ['has no pictures', { 'x-images-idx3-ubyte': idx([0, 2, 3], new Uint8Array()) }, /holds no pictures/],
    [
      'lies',
      { 'x-images-idx3-ubyte': idx([2 ** 32 - 1, 9, 9], new Uint8Array(9)) },
      /more than 10000000|cut short/,
    ],
    [
      'has other labels',
      { 'x-images-idx3-ubyte': images, 'x-labels-idx1-ubyte': idx([3], Uint8Array.of(1, 2, 3)) },
      /x-labels-idx1-ubyte is 11 bytes long instead of 10/,
    ],
  ])('are refused where one %s', async (_, files, sentence) => {
    await expect(openImages(pictureFolder(files as Record<string, Buffer>))).rejects.toThrow(sentence);
  });

  it('are refused where gzip is damaged or unpacks to something else', async () => {
    const large = idx([100, 40, 40], randomBytes(160_000));
    for (const [bytes, sentence] of [
      [gzipSync(large).subarray(0, -9), /cannot be unpacked by gzip/],
      [gzipSync(Buffer.concat([images, images])), /holds more than 28 bytes/],
      [gzipSync(images.subarray(0, -1)), /it is cut short/],
    ] as const) {
      const name = 'x-images-idx3-ubyte.gz';
      const source = await openImages(join(pictureFolder({ [name]: bytes }), name));
      await expect(source.inspect()).rejects.toThrow(sentence);
      await source.close();
    }
    const cut = pictureFolder({ 'x-images-idx3-ubyte.gz': gzipSync(images).subarray(0, -9) });
    await expect(openImages(cut)).rejects.toThrow(/x-images-idx3-ubyte.gz" cannot be unpacked by gzip/);
  });

  it('have headers that give back any shape, and nothing else passes', () => {
    const shapes = fc.array(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(shapes, fc.uint8Array({ maxLength: 20 }), (shape, rest) => {
        expect(parseIdxHeader(idx(shape, rest))).toEqual({ shape, dataOffset: 4 + 4 * shape.length });
        const found = parseIdxHeader(Buffer.from(rest));
        if (found) expect(found.dataOffset).toBeLessThanOrEqual(rest.length);
      }),
    );
  });
});
