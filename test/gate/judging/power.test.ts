import { describe, expect, it } from 'vitest';
import { parseGateConfig } from '../../../src/documents/gate-config.js';
import { compareWithBaseline } from '../../../src/gate/judging/judge-all.js';
import { type PowerRow, planPower } from '../../../src/gate/judging/power.js';
import { makeResult, ORDINARY } from '../results.js';

const baseline = makeResult();
const [Z95, Z90] = [1.6448536269514722, 1.2815515655446004];

const rowOf = (rows: readonly PowerRow[], metric: string, ofClasses = false) =>
  rows.find((row) => row.metric === metric && (row.class !== undefined) === ofClasses) as PowerRow;

describe('planPower', () => {
  it('computes the number of samples by hand', () => {
    const { rows, comparisons } = planPower(baseline, { drop: 0.05 });
    expect(comparisons).toBe(13);
    // 400 samples have se 0.05; a drop of 0.25 of two such sets must be z standard errors.
    const alone = 400 * 2 * ((0.05 * (Z95 + Z90)) / 0.25) ** 2;
    expect(rowOf(rows, 'is')).toMatchObject({ drop: 0.25, value: 5, sizeOf: 'samples', baselineSize: 400 });
    expect(rowOf(rows, 'is').needed.alone).toBe(Math.ceil(alone));
    // Seven rules share alpha: the normal quantile of 1 − 0.05/7.
    const corrected = 400 * 2 * ((0.05 * (2.4499769 + Z90)) / 0.25) ** 2;
    expect(rowOf(rows, 'is').needed.corrected).toBe(Math.ceil(corrected));
    const smallest = rowOf(rows, 'is').smallestDrop.alone as number;
    expect(smallest * 5).toBeCloseTo(Math.SQRT2 * 0.05 * (Z95 + Z90), 9);
  });

  it('takes shares by their binomial error at both values', () => {
    const { rows } = planPower(baseline, { drop: 0.1 });
    // 0.875 against 0.7875 (Fleiss): by hand 203.1 of each.
    const [p, q] = [0.875, 0.7875];
    const middle = (p + q) / 2;
    const roots = Z95 * Math.sqrt(2 * middle * (1 - middle)) + Z90 * Math.sqrt(p * (1 - p) + q * (1 - q));
    expect(rowOf(rows, 'accuracy').needed.alone).toBe(Math.ceil((roots / (p - q)) ** 2));
  });

  it('keeps of the classes the one that needs most, in samples of the whole set', () => {
    const { rows } = planPower(baseline, { drop: 0.1 });
    const row = rowOf(rows, 'accuracy', true);
    expect(row).toMatchObject({ class: 'cat', comparisons: 4, baselineSize: 400 });
    const cats = (0.8 + 0.72) / 2;
    const roots = Z95 * Math.sqrt(2 * cats * (1 - cats)) + Z90 * Math.sqrt(0.8 * 0.2 + 0.72 * 0.28);
    expect(row.needed.alone).toBe(Math.ceil(4 * (roots / 0.08) ** 2));
  });

  it('counts pairs for MS-SSIM', () => {
    const row = rowOf(planPower(baseline, { drop: 0.2 }).rows, 'msssim', true);
    expect(row).toMatchObject({ class: 'cat', sizeOf: 'pairs a class', baselineSize: 100 });
    expect(row.needed.alone).toBe(Math.ceil(100 * 2 * ((0.01 * (Z95 + Z90)) / 0.016) ** 2));
  });

  it('promises what the gate keeps: a drop of the smallest size fails about as often as asked', () => {
    const config = parseGateConfig({ rules: [{ kind: 'significant', metric: 'is' }] });
    const { rows } = planPower(baseline, { drop: 0.05, power: 0.9, config });
    const [{ smallestDrop, needed }] = rows;
    expect(needed.alone).toBe(needed.corrected);
    // The median worsening that is seen nine times of ten is z(0.9) errors past the edge of the gate.
    const error = Math.SQRT2 * 0.05;
    const edge = 5 * (1 - (smallestDrop.alone as number)) + Z90 * error;
    const judge = (value: number) =>
      compareWithBaseline(baseline, makeResult({ ...ORDINARY, is: { value, se: 0.05 } }), config).passed;
    expect(judge(edge + 0.001)).toBe(true);
    expect(judge(edge - 0.001)).toBe(false);
  });

  it('asks for more where the drop is smaller, the power larger or alpha smaller', () => {
    const need = (drop: number, power: number, alpha: number) =>
      planPower(baseline, { drop, power, config: parseGateConfig({ alpha }) }).rows.map(
        ({ needed }) => needed.corrected as number,
      );
    const usual = need(0.05, 0.9, 0.05);
    for (const harder of [need(0.04, 0.9, 0.05), need(0.05, 0.95, 0.05), need(0.05, 0.9, 0.01)]) {
      harder.forEach((size, i) => {
        expect(size).toBeGreaterThan(usual[i]);
      });
    }
  });

  it('has no size for a drop that cannot be', () => {
    const perfect = makeResult({ accuracy: { perClass: [0, 0, 0, 0] }, kid: { value: 0, se: 0.1 } });
    for (const { needed } of planPower(perfect, { drop: 0.05 }).rows) {
      expect(needed).toEqual({ alone: null, corrected: null });
    }
    // No score can lose more than all of itself; an error can more than double.
    const { rows } = planPower(baseline, { drop: 1.5 });
    expect(rowOf(rows, 'is').needed.alone).toBeNull();
    expect(rowOf(rows, 'fid').needed.alone).toBeGreaterThan(0);
  });

  it('refuses a drop or a power out of range', () => {
    expect(() => planPower(baseline, { drop: 0 })).toThrow(RangeError);
    expect(() => planPower(baseline, { drop: 0.1, power: 1 })).toThrow(RangeError);
  });

  it('says what it rests on', () => {
    const { assumptions } = planPower(makeResult({ is: ORDINARY.is }), { drop: 0.05 });
    expect(assumptions.join(' ')).toMatch(/equally many.*root of the number of samples/);
    expect(assumptions.join(' ')).not.toContain('MS-SSIM');
  });
});
