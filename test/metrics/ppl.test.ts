import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { computePpl, summarizePaths } from '../../src/metrics/paths/compute-ppl.js';
import { settings } from './metric-input.js';

interface Discarding {
  readonly mean: number;
  readonly std: number;
  readonly kept?: number;
}

interface Golden {
  readonly no_discard: Discarding & { readonly raw: readonly number[] };
  readonly discard_1_99_with_method_for_interpolation: Discarding;
  readonly discard_20_80_with_method_for_interpolation: Discarding;
}

const file = new URL('../../fixtures/golden/networks-2026/ppl/ppl.json', import.meta.url);
const cases: readonly Golden[] = JSON.parse(readFileSync(file, 'utf8'));

describe('the mean of paths, as torch-fidelity 0.4.0 has it', () => {
  it.each([0, 1, 2])('of case %i', (n) => {
    const golden = cases[n];
    const lengths = Float64Array.from(golden.no_discard.raw);
    for (const [percentiles, expected] of [
      [{ lower: 0, higher: 100 }, golden.no_discard],
      [{ lower: 1, higher: 99 }, golden.discard_1_99_with_method_for_interpolation],
      [{ lower: 20, higher: 80 }, golden.discard_20_80_with_method_for_interpolation],
    ] as const) {
      const { value, std, kept } = summarizePaths(lengths, percentiles);
      expect(Math.abs(value / expected.mean - 1)).toBeLessThan(1e-6);
      expect(Math.abs(std / expected.std - 1)).toBeLessThan(1e-6);
      expect(kept).toBe(expected.kept ?? 12);
    }
  });
});

describe('the standard error of the mean of paths', () => {
  it('is that of a mean where nothing is left out', () => {
    const { se } = summarizePaths(Float64Array.of(1, 2, 3, 6), { lower: 0, higher: 100 });
    expect(se).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
  });

  it('takes what is left out for what is nearest', () => {
    const { value, se, kept } = summarizePaths(Float64Array.of(9, 1, 2, 3, -9), { lower: 25, higher: 75 });
    expect([value, kept]).toEqual([2, 3]);
    // 3, 1, 2, 3, 1: variance 1.
    expect(se).toBeCloseTo(Math.sqrt(5) / 3, 12);
  });

  it('is none of a single path', () => {
    expect(summarizePaths(Float64Array.of(4))).toEqual({ value: 4, std: 0, kept: 1 });
  });
});

describe('the interval of the mean of paths', () => {
  it('is symmetric by logarithms, so that it stays above 0 where few paths are much longer than the others', () => {
    const lengths = Float64Array.from({ length: 20 }, (_, i) => (i < 17 ? 1 + i / 100 : 500));
    const pathLengths = { lengths, equalPairs: 0, epsilon: 1e-4, interpolation: 'lerp', resize: 64 } as const;
    const found = computePpl({ samples: { count: 20, pathLengths }, settings });
    if (!('value' in found)) throw new Error('no value');
    const { value, se = 0, interval = { low: 0, high: 0 } } = found;
    expect(value - 1.96 * se).toBeLessThan(0);
    expect(interval.low).toBeGreaterThan(0);
    expect(interval.high / value).toBeCloseTo(Math.exp((1.959963984540054 * se) / value), 10);
    expect(value / interval.low).toBeCloseTo(interval.high / value, 10);
  });
});
