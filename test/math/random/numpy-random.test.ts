import { createHash } from 'node:crypto';
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

  it('draws from the standard normal distribution, between other draws, as NumPy 2.4 does', () => {
    const stream = new NumpyRandom(7);
    const normals = (count: number) => Array.from({ length: count }, () => stream.standardNormal());
    // r = np.random.RandomState(7): r.randn(5), r.randint(0, 10, 6), r.randn(3), r.rand(2)
    expect(normals(5)).toEqual([
      1.690525703800356, -0.4659373705408328, 0.0328201636785844, 0.40751628299650783, -0.7889230286257386,
    ]);
    expect(Array.from({ length: 6 }, () => stream.interval(9))).toEqual([8, 7, 6, 4, 0, 7]);
    expect(normals(3)).toEqual([0.00206557290594813, -0.6254289739667597, -0.17154826119572117]);
    expect([stream.randomSample(), stream.randomSample()]).toEqual([0.28814559930799355, 0.9095935277196137]);
  });

  it('draws the float32 normals of NumPy over a long stream', () => {
    const stream = new NumpyRandom(2020);
    const million = Float32Array.from({ length: 1e6 }, () => stream.standardNormal());
    // np.random.RandomState(2020).randn(1000000).astype(np.float32)
    expect(createHash('sha256').update(new Uint8Array(million.buffer)).digest('hex')).toBe(
      '6e6d891da049c9fb835f72e83a422b1d01951b81483f8985f7edbe654bd4c34b',
    );
  });

  it('is copied with the place where it stands', () => {
    const stream = new NumpyRandom(3);
    stream.standardNormal();
    const copy = stream.copy();
    const next = () => [stream.standardNormal(), stream.uint32()];
    expect([copy.standardNormal(), copy.uint32()]).toEqual(next());
  });

  it('refuses other seeds and draws beyond the table', () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(() => new NumpyRandom(seed)).toThrow(RangeError);
    expect(() => new NumpyRandom(1).choice(3, 4)).toThrow('cannot draw 4 of 3');
  });
});
