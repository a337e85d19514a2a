import { describe, expect, test } from 'vitest';
import type { PictureSet } from '../../../src/evaluate/picture-set.js';
import { listSizeWarnings } from '../../../src/evaluate/warnings/size-warnings.js';
import { type FakePicture, fakeSource, inspectFakes } from '../../features/fakes.js';

/** A set with so many pictures of each size. */
function setOf(
  role: PictureSet['role'],
  ...sizes: readonly [width: number, height: number, count: number][]
): PictureSet {
  const pictures = sizes.flatMap(([width, height, count]) =>
    Array.from({ length: count }, (_, value): FakePicture => ({ width, height, value })),
  );
  return { role, source: fakeSource(pictures), inspections: inspectFakes(pictures), digest: '' };
}
const warningsOf = (samples: PictureSet, reference?: PictureSet) => listSizeWarnings([samples, reference]);

describe('warnings of sizes', () => {
  test('say that samples and reference differ', () => {
    expect(warningsOf(setOf('samples', [32, 32, 3]), setOf('reference', [64, 64, 5]))).toEqual([
      'The samples are 32×32 pixels and the reference pictures are 64×64: every number beside the reference compares sharpness and size too. Bring both to one size, resized in one way.',
    ]);
  });

  test('say that shapes differ too', () => {
    const [warning] = warningsOf(setOf('samples', [64, 48, 3]), setOf('reference', [64, 64, 5]));
    expect(warning).toMatch(
      /64×48 pixels .* 64×64, and their shapes differ too \(1\.33 and 1\.00 times as wide as high\):/,
    );
    const [turned] = warningsOf(setOf('samples', [48, 64, 3]), setOf('reference', [64, 48, 5]));
    expect(turned).toMatch(/shapes differ too \(0\.75 and 1\.33 times/);
  });

  test('say that a set is mixed, with its usual size where it has one', () => {
    expect(warningsOf(setOf('samples', [32, 32, 9], [16, 24, 1]))).toEqual([
      'The samples have 2 different sizes, 16×24 to 32×32; 9 of 10 are 32×32: networks resize them all to one, so that small ones are blurred and other shapes are distorted.',
    ]);
    expect(
      warningsOf(setOf('samples', [32, 32, 4]), setOf('reference', [31, 32, 2], [32, 31, 2], [40, 50, 3])),
    ).toEqual([
      expect.stringMatching(/^The samples are 32×32 pixels and the reference pictures are mostly 40×50, and/),
      expect.stringMatching(/^The reference pictures have 3 different sizes, 31×32 to 40×50: networks/),
    ]);
  });

  test('compare no usual size where neither set has one', () => {
    const mixed = [
      [10, 20, 2],
      [20, 10, 2],
      [30, 30, 2],
    ] as const;
    const warnings = warningsOf(
      setOf('samples', ...mixed.map((each) => [...each] as [number, number, number])),
      setOf('reference', [40, 40, 1], [50, 50, 1]),
    );
    expect(warnings.map((warning) => warning.slice(0, 24))).toEqual([
      'The samples have 3 diffe',
      'The reference pictures h',
    ]);
  });

  test('say nothing of equal sizes, of samples alone, and of sizes that are not known', () => {
    expect(warningsOf(setOf('samples', [32, 32, 3]), setOf('reference', [32, 32, 4]))).toEqual([]);
    expect(warningsOf(setOf('samples', [32, 32, 3]))).toEqual([]);
    expect(warningsOf(setOf('samples', [0, 0, 3]), setOf('reference', [32, 32, 4]))).toEqual([]);
  });
});
