import { describe, expect, it } from 'vitest';
import { ImagesError } from '../../../src/core/errors.js';
import type { LabeledPictures } from '../../../src/datasets/read-dataset.js';
import { imagesInMemory } from '../../../src/images/memory.js';
import { splitByClass, validationShare } from '../../../src/train/classifier/data/partition.js';
import {
  digestOf,
  readSource,
  takeClasses,
  takeRows,
  toLabeledSet,
} from '../../../src/train/pictures/labeled-set.js';
import { colorSet } from '../classifier/tiny.js';

const picture = (id: string, label: number, size: number, rgb: readonly number[]) => ({
  id,
  label,
  width: size,
  height: size,
  pixels: Uint8Array.from({ length: size * size * 3 }, (_, i) => rgb[i % 3]),
});

const source = () =>
  imagesInMemory({
    name: 'two',
    classNames: ['dark', 'light'],
    pictures: [picture('a', 1, 4, [200, 100, 0]), picture('b', 0, 9, [30, 60, 91])],
  });

describe('readSource', () => {
  it('brings pictures of any size to one, in color or gray', async () => {
    const color = await readSource(source(), { size: 4, channels: 3 });
    expect([...color.labels]).toEqual([1, 0]);
    expect([...color.pixels.subarray(0, 3)]).toEqual([200, 100, 0]);
    expect([...new Set(color.pixels.subarray(48))].sort((a, b) => a - b)).toEqual([30, 60, 91]);
    const gray = await readSource(source(), { size: 4, channels: 1 });
    expect([...gray.pixels]).toEqual([...new Array(16).fill(100), ...new Array(16).fill(60)]);
  });

  it('takes pictures without labels', async () => {
    const lacking = imagesInMemory({ name: 'lacking', pictures: [picture('a', 0, 4, [1, 2, 3])] });
    const { classNames, labels } = await readSource(lacking, { size: 4, channels: 3 });
    expect([classNames, [...labels]]).toEqual([[], [0]]);
  });
});

describe('takeClasses', () => {
  it('keeps the pictures of the classes alone, numbered in the order of their names', () => {
    const set = colorSet(7, 4);
    const group = takeClasses(set, ['blue', 'red']);
    expect([...group.labels]).toEqual([1, 0, 1, 0, 1]);
    expect(group.classNames).toEqual(['blue', 'red']);
    expect(group.pixels.subarray(48, 96)).toEqual(set.pixels.subarray(96, 144));
  });
});

describe('toLabeledSet', () => {
  it('takes a gray data set as it is, in color, and in another size', async () => {
    const pictures = {
      count: 2,
      width: 2,
      height: 2,
      channels: 1,
      classNames: ['0', '1'],
      pictures: Uint8Array.of(1, 2, 3, 4, 9, 9, 9, 9),
      labels: Uint8Array.of(0, 1),
    } satisfies LabeledPictures as LabeledPictures;
    expect((await toLabeledSet(pictures, { size: 2, channels: 1 })).pixels).toEqual(pictures.pictures);
    const color = await toLabeledSet(pictures, { size: 2, channels: 3 });
    expect([...color.pixels.subarray(0, 12)]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    const larger = await toLabeledSet(pictures, { size: 4, channels: 1 });
    expect([...larger.pixels.subarray(16)]).toEqual(new Array(16).fill(9));
  });
});

describe('splitByClass', () => {
  it('parts every class in proportion, loses nothing, and follows the seed', () => {
    const set = colorSet(90, 4);
    const { kept, held } = splitByClass(set, 0.2, 1);
    for (const label of [0, 1, 2]) expect(held.labels.filter((each) => each === label)).toHaveLength(6);
    const rowsOf = (part: typeof set) =>
      Array.from(
        { length: part.count },
        (_, i) => `${part.labels[i]} ${part.pixels.subarray(i * 48, (i + 1) * 48)}`,
      );
    expect([...rowsOf(kept), ...rowsOf(held)].sort()).toEqual(rowsOf(set).sort());
    expect(digestOf(splitByClass(set, 0.2, 1).held)).toBe(digestOf(held));
    expect(digestOf(splitByClass(set, 0.2, 2).held)).not.toBe(digestOf(held));
  });
});

describe('validationShare', () => {
  it('is a tenth of few pictures and a fiftieth of many', () => {
    expect(validationShare(100)).toBe(0.1);
    expect(validationShare(10_000)).toBe(0.05);
    expect(validationShare(50_000)).toBe(0.02);
    expect(() => validationShare(19)).toThrow(ImagesError);
  });
});

describe('digestOf', () => {
  it('changes with a pixel, a label, a name and the form', () => {
    const set = colorSet(6, 4);
    const changed = (pixels: Uint8Array) => pixels.map((each, i) => (i === 7 ? each ^ 1 : each));
    const digests = [
      set,
      { ...set, pixels: changed(set.pixels) },
      { ...set, labels: set.labels.map((each, i) => (i === 2 ? 0 : each)) },
      { ...set, classNames: ['rot', 'green', 'blue'] },
      takeRows(set, [1, 0, 2, 3, 4, 5]),
    ].map(digestOf);
    expect(new Set(digests).size).toBe(5);
  });
});
