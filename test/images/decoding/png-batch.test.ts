import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DamagedPicture } from '../../../src/images/decoding/damaged-picture.js';
import { decodePicture } from '../../../src/images/decoding/decode-picture.js';
import { pixelsOfRows } from '../../../src/images/decoding/png/png.js';
import { PngBatch } from '../../../src/images/decoding/png/png-batch.js';
import { openImages } from '../../../src/images/open.js';
import { noise } from '../noise.js';
import { pictureFolder } from '../picture-folder.js';
import { pngChunk, pngFile } from '../png-file.js';

const LIMIT = 2 ** 26;
const SETTINGS = { alpha: 'drop', pixelLimit: LIMIT } as const;
const SIDE = 8;
const reserve = (bytes: number) => new Uint8Array(bytes);

const rowsOf = (channels: number, filter = 0) => {
  const rows = Buffer.from(noise.subarray(0, (SIDE * channels + 1) * SIDE));
  for (let y = 0; y < SIDE; y++) rows[y * (SIDE * channels + 1)] = filter;
  return rows;
};
const rgb = (packed?: Uint8Array) =>
  pngFile({ width: SIDE, height: SIDE, colorType: 2, rows: rowsOf(3, 4), packed });
const palette = pngChunk('PLTE', noise.subarray(0, 768));

const WHOLE: Readonly<Record<string, Buffer>> = {
  'rgb.png': rgb(),
  'gray.png': pngFile({ width: SIDE, height: SIDE, colorType: 0, rows: rowsOf(1, 1) }),
  'gray-alpha.png': pngFile({ width: SIDE, height: SIDE, colorType: 4, rows: rowsOf(2, 2) }),
  'rgba.png': pngFile({ width: SIDE, height: SIDE, colorType: 6, rows: rowsOf(4, 3) }),
  'palette.png': pngFile({
    width: SIDE,
    height: SIDE,
    colorType: 3,
    rows: rowsOf(1),
    extra: [palette, pngChunk('tRNS', noise.subarray(0, 200))],
  }),
};

const all = rowsOf(3, 4);
const short = deflateSync(all.subarray(0, -10));
const long = deflateSync(Buffer.concat([all, noise.subarray(0, 10)]));
/** What would pass if pictures stood side by side, or if other streams than those of zlib were read. */
const DAMAGED: Readonly<Record<string, Buffer>> = {
  'ten bytes fewer': rgb(short),
  'ten bytes more': rgb(long),
  'cut in its checksum': rgb(deflateSync(all).subarray(0, -2)),
  'another checksum': rgb(Buffer.concat([deflateSync(all).subarray(0, -1), Buffer.from([1])])),
  'gzip in place of zlib': rgb(gzipSync(all)),
  'a stream and more behind it': rgb(Buffer.concat([deflateSync(all), Buffer.from('more')])),
  'a stream and nothing behind it': rgb(Buffer.concat([deflateSync(all), Buffer.alloc(1)])),
  'no stream': rgb(Buffer.alloc(0)),
  'an unknown filter': pngFile({ width: SIDE, height: SIDE, colorType: 2, rows: rowsOf(3, 9) }),
};

/** What a picture is when it is decoded by itself. */
async function alone(bytes: Buffer) {
  try {
    const { width, height, pixels, changes } = await decodePicture(bytes, SETTINGS, reserve);
    return { width, height, pixels: [...pixels], changes };
  } catch (error) {
    if (error instanceof DamagedPicture) return error.message;
    throw error;
  }
}

async function together(files: Readonly<Record<string, Buffer>>) {
  const source = await openImages(pictureFolder(files));
  const found: Record<string, unknown> = {};
  for await (const outcome of source.pictures(source.entries.keys())) {
    const { id } = source.entries[outcome.index];
    if (!outcome.ok) found[id] = outcome.reason;
    else {
      const { width, height, pixels, changes } = outcome;
      found[id] = { width, height, pixels: [...pixels], changes };
    }
  }
  await source.close();
  return found;
}

describe('small PNG files that are unpacked together', () => {
  it('have the pixels that they have alone, whatever their kind', async () => {
    const batch = new PngBatch(LIMIT);
    const files = Object.values(WHOLE);
    expect(files.map((bytes, position) => batch.take(position, bytes))).toEqual(files.map(() => true));
    expect(batch.positions).toEqual([0, 1, 2, 3, 4]);
    const unpacked = batch.unpack() ?? [];
    expect(unpacked).toHaveLength(files.length);
    for (const { position, png, rows } of unpacked) {
      const { pixels, changes } = pixelsOfRows(png, rows, 'drop', reserve);
      expect({ width: SIDE, height: SIDE, pixels: [...pixels], changes }).toEqual(
        await alone(files[position]),
      );
    }
    expect(batch.positions).toEqual([]);
    expect(batch.take(0, files[0])).toBe(true);
    expect(batch.unpack()?.[0].rows.equals(Buffer.from(all))).toBe(true);
  });

  it('are no batch where one gives other bytes than its size asks for, even if the next makes up for it', () => {
    for (const pair of [
      [rgb(short), rgb(long)],
      [rgb(long), rgb(short)],
    ]) {
      const batch = new PngBatch(LIMIT);
      for (const [position, bytes] of pair.entries()) expect(batch.take(position, bytes)).toBe(true);
      expect(batch.unpack()).toBeUndefined();
    }
  });

  it('are bad, or not, as they are alone, and so are their neighbors', async () => {
    const damaged = Object.entries(DAMAGED).map(([name, bytes]) => [`${name}.png`, bytes] as const);
    const files = Object.fromEntries([...Object.entries(WHOLE), ...damaged]);
    const expected = await Promise.all(
      Object.entries(files).map(async ([name, bytes]) => [name, await alone(bytes)] as const),
    );
    expect(await together(files)).toEqual(Object.fromEntries(expected));
    for (const [name, bytes] of damaged) {
      expect(await together({ ...WHOLE, [name]: bytes })).toEqual(
        Object.fromEntries(expected.filter(([each]) => each in WHOLE || each === name)),
      );
    }
  });

  it('of two zlib streams, which are none by the specification, are the same whatever their neighbors', async () => {
    const streams = [deflateSync(all.subarray(0, 90)), deflateSync(all.subarray(90))];
    const name = 'two streams.png';
    const two = { [name]: rgb(Buffer.concat(streams)) };
    const expected = await alone(WHOLE['rgb.png']);
    for (const others of [{}, WHOLE, { 'bad.png': DAMAGED['ten bytes more'] }]) {
      expect((await together({ ...two, ...others }))[name]).toEqual(expected);
    }
  });

  it('do not wait where they are large, interlaced or of another depth', () => {
    const batch = new PngBatch(LIMIT);
    const deep = pngFile({ width: SIDE, height: SIDE, depth: 16, colorType: 0, rows: rowsOf(2) });
    const large = pngFile({ width: 500, height: 500, colorType: 2, rows: Buffer.alloc(1501 * 500) });
    const interlaced = Buffer.from(rgb());
    interlaced[28] = 1;
    expect([deep, large].map((bytes) => batch.take(0, bytes))).toEqual([false, false]);
    // Its header fails its checksum.
    expect(() => batch.take(0, interlaced)).toThrow(DamagedPicture);
    expect(batch.positions).toEqual([]);
  });

  it('are unpacked before they take more than a quarter of a megabyte', () => {
    const batch = new PngBatch(LIMIT);
    const file = pngFile({ width: 100, height: 100, colorType: 2, rows: Buffer.alloc(301 * 100) });
    let taken = 0;
    while (!batch.isFull) batch.take(taken++, file);
    expect(taken).toBeLessThanOrEqual(9);
    expect(batch.unpack()).toHaveLength(taken);
  });
});
