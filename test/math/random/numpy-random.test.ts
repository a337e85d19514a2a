import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/archives/npy.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';

const folder = new URL('../../../fixtures/golden/metrics/', import.meta.url);
const { rng } = JSON.parse(readFileSync(new URL('metrics.json', folder), 'utf8').replaceAll('NaN', 'null'));

function goldenIntegers(file: string): number[] {
  return Array.from(parseNpy(readFileSync(new URL(file, folder))).data, Number);
}

const outputs = (stream: NumpyRandom, count: number) => Array.from({ length: count }, () => stream.uint32());

describe("NumPy's NumpyRandom", () => {
  it('gives the raw outputs of its seeds', () => {
    expect(outputs(new NumpyRandom(2020), 10)).toEqual(rng.seed2020_uint32_first10);
    for (const seed of [0, 1, 4294967295]) {
      expect(outputs(new NumpyRandom(seed), 5)).toEqual(rng[`seed${seed}_uint32_first5`]);
    }
  });

  it('gives doubles of 53 bits', () => {
    const stream = new NumpyRandom(2020);
    const doubles = Array.from({ length: 5 }, () => stream.randomSample());
    expect(doubles).toEqual(rng.seed2020_random_sample_first5);
  });

  it('draws bounded integers by masking and rejection', () => {
    const stream = new NumpyRandom(2020);
    expect(Array.from({ length: 10 }, () => stream.interval(9))).toEqual(rng.seed2020_randint_0_10_first10);
    expect(stream.interval(0)).toBe(0);
  });

  it('permutes, and stands where NumPy stands afterwards', () => {
    const stream = new NumpyRandom(2020);
    expect(Array.from(stream.permutation(1000))).toEqual(goldenIntegers('rng_permutation_1000.npy'));
    expect(outputs(stream, 3)).toEqual(rng.seed2020_uint32_next3_after_permutation_1000);
    const short = new NumpyRandom(2020);
    const three = [1, 2, 3].map(() => Array.from(short.permutation(10)));
    expect(three).toEqual(rng.seed2020_permutation_10_three_in_a_row);
  });

  it.each([
    ['rng_choice_fake_first.npy', [500, 700]],
    ['rng_choice_real_first.npy', [700, 500]],
  ])('chooses without replacement as in %s', (file, [first, second]) => {
    const stream = new NumpyRandom(2020);
    const drawn = [first, second, first, second, first, second].flatMap((n) =>
      Array.from(stream.choice(n, 200)),
    );
    expect(drawn).toEqual(goldenIntegers(file));
  });

  it('refuses other seeds and draws beyond the table', () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(() => new NumpyRandom(seed)).toThrow(RangeError);
    expect(() => new NumpyRandom(1).choice(3, 4)).toThrow('cannot draw 4 of 3');
  });
});
