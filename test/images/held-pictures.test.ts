import { expect, test, vi } from 'vitest';
import { holdPictures } from '../../src/images/held-pictures.js';
import type { ImageSource, PicturesOptions } from '../../src/images/image-source.js';
import { Inspections } from '../../src/images/inspections.js';
import { imagesInMemory } from '../../src/images/memory.js';

const make = () =>
  imagesInMemory({
    name: 'three',
    pictures: [0, 1, 2].map((id) => ({
      id: String(id),
      width: 1,
      height: 1,
      pixels: new Uint8Array(3).fill(id),
    })),
  });

async function valuesOf(source: ImageSource, indices: number[], options?: PicturesOptions) {
  const values: number[] = [];
  for await (const picture of source.pictures(indices, options))
    values.push(picture.ok ? picture.pixels[0] : -1);
  return values;
}

test('each picture is decoded once, in any order and however often it is asked for', async () => {
  const source = make();
  const decode = vi.spyOn(source, 'pictures');
  const held = holdPictures(source, await source.inspect());
  expect(await valuesOf(held, [2, 0])).toEqual([2, 0]);
  expect(await valuesOf(held, [0, 2, 2, 0])).toEqual([0, 2, 2, 0]);
  expect(await valuesOf(held, [1, 1, 2, 0])).toEqual([1, 1, 2, 0]);
  expect(decode.mock.calls.map(([indices]) => [...indices])).toEqual([[2, 0], [1]]);
  await expect(valuesOf(held, [7])).rejects.toThrow(RangeError);
});

test('who asks for pictures of other digests is not given those that are held', async () => {
  const source = make();
  const held = holdPictures(source, await source.inspect());
  await valuesOf(held, [0, 1, 2]);
  const decode = vi.spyOn(source, 'pictures');
  const other = await make().inspect();
  await valuesOf(held, [0], { inspections: other });
  expect(decode).toHaveBeenCalledTimes(1);
});

test('an abort ends it, and a set of many pictures is not held', async () => {
  const source = make();
  const held = holdPictures(source, await source.inspect());
  await valuesOf(held, [0, 1, 2]);
  await expect(valuesOf(held, [0], { signal: AbortSignal.abort() })).rejects.toThrow();
  const large = new Inspections(1);
  large.set(0, new Uint8Array(32), 4096, 4096);
  expect(holdPictures(source, large)).toBe(source);
});
