import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImagesError } from '../../src/core/errors.js';
import { readSvhn } from '../../src/datasets/svhn.js';
import { compressed, matArray, matHeader } from '../archives/mat/mat-file.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/svhn', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-svhn-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('readSvhn', () => {
  it.each(['train', 'test'] as const)(
    'reads the pictures and the labels that SciPy wrote: %s',
    async (split) => {
      const expected = JSON.parse(await readFile(join(FIXTURES, 'expected.json'), 'utf8'))[split];
      const { count, width, height, channels, pictures, labels, classNames } = await readSvhn(
        FIXTURES,
        split,
      );
      expect({ count, width, height, channels }).toEqual({
        count: expected.count,
        width: 32,
        height: 32,
        channels: 3,
      });
      expect(createHash('sha256').update(pictures).digest('hex')).toBe(expected.sha256OfPictures);
      expect(Array.from(pictures.subarray(3072 + (2 * 32 + 3) * 3).subarray(0, 3))).toEqual(
        expected.pictureOneRowTwoColumnThree,
      );
      expect(Array.from(labels)).toEqual(expected.labels);
      expect(classNames[labels[9]]).toBe('0');
    },
  );

  it('finds a split in a folder of its name', async () => {
    await mkdir(join(folder, 'test'));
    await copyFile(join(FIXTURES, 'test_32x32.mat'), join(folder, 'test', 'test_32x32.mat'));
    expect((await readSvhn(folder, 'test')).count).toBe(20);
  });

  const X = matArray('X', [32, 32, 3, 2], Buffer.alloc(6144));
  const y = matArray('y', [2, 1], Buffer.from([1, 10]));
  it.each<[string, readonly Uint8Array[], string]>([
    ['no labels', [X], 'has no array y'],
    ['no pictures', [y], 'has no array X'],
    [
      'pictures of another size',
      [matArray('X', [2, 2, 3, 2], Buffer.alloc(24)), y],
      'has an X of 2×2×3×2 uint8',
    ],
    [
      'pictures of another type',
      [matArray('X', [32, 32, 3, 2], Buffer.alloc(6144), { type: 1 }), y],
      'has an X of 32×32×3×2 int8',
    ],
    [
      'more pictures than the file has',
      [compressed(matArray('X', [32, 32, 3, 200_000], Buffer.alloc(700_000), { stated: 614_400_000 })), y],
      'is cut short',
    ],
    [
      'the label 0',
      [X, matArray('y', [2, 1], Buffer.from([1, 0]))],
      'gives picture 1 the label 0, where 1 to 10 are possible',
    ],
    [
      'labels for other pictures',
      [X, matArray('y', [3, 1], Buffer.from([1, 2, 3]))],
      'has 3 labels for 2 pictures',
    ],
  ])('refuses %s in one sentence', async (_, elements, says) => {
    await writeFile(join(folder, 'train_32x32.mat'), Buffer.concat([matHeader(), ...elements]));
    const error = await readSvhn(folder, 'train').catch((each) => each);
    expect(error).toBeInstanceOf(ImagesError);
    expect(error.message).toContain(`train_32x32.mat ${says}`);
    expect(error.message).toMatch(/: get the file of SVHN's format 2 \(cropped digits\) again\.$/);
  });

  it('says which file is missing', async () => {
    await expect(readSvhn(folder, 'train')).rejects.toThrow(/has no file train_32x32\.mat/);
  });
});
