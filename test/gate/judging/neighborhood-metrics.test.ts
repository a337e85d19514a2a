import { describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../src/documents/result.js';
import { compareWithBaseline } from '../../../src/gate/judging/judge-all.js';
import { type Made, makeResult, WITH_NEIGHBORHOODS } from '../results.js';

const baseline = makeResult(WITH_NEIGHBORHOODS);
const NEW = ['fid-infinity', 'precision', 'recall', 'density', 'coverage'];

/** The verdict's rows of whole metrics, by metric. */
function judge(made: Made = {}, change?: (result: EvaluationResult) => void) {
  const { rows } = compareWithBaseline(baseline, makeResult({ ...WITH_NEIGHBORHOODS, ...made }, change));
  return new Map(rows.filter((row) => row.class === undefined).map((row) => [row.metric, row]));
}

describe('rules of FID∞, precision, recall, density and coverage', () => {
  it('stand among the usual ones, and pass what did not change', () => {
    const rows = judge();
    expect(NEW.map((id) => rows.get(id)?.status)).toEqual(NEW.map(() => 'pass'));
  });

  it('fail when precision falls, by the test of two proportions', () => {
    const row = judge({ precision: { value: 0.5, se: 0.03 } }).get('precision');
    expect(row?.status).toBe('fail');
    // 280 and 200 of 400: Fisher's exact mid-p, summed in whole numbers.
    expect((row?.p as number) / 3.698605689329282e-9).toBeCloseTo(1, 6);
  });

  it('take a rise of FID∞ for a loss', () => {
    expect(judge({ 'fid-infinity': { value: 25, se: 1 } }).get('fid-infinity')?.status).toBe('fail');
    expect(judge({ 'fid-infinity': { value: 5, se: 1 } }).get('fid-infinity')?.status).toBe('pass');
  });

  it('ask more of an error that few halves tell of', () => {
    const fallen = (degreesOfFreedom?: number) =>
      judge({
        recall: {
          value: 0.5,
          se: 0.03,
          ...(degreesOfFreedom !== undefined && { details: { degreesOfFreedom } }),
        },
      }).get('recall')?.p as number;
    expect(fallen(3)).toBeGreaterThan(fallen(30));
    expect(fallen(30)).toBeGreaterThan(fallen());
  });

  it('compare other numbers of samples where the expectation stays, and refuse to where it moves', () => {
    const rows = judge({}, (result) => {
      result.samples.count = 300;
      for (const entry of result.metrics) if (entry.status === 'ok') entry.n = 300;
    });
    const refused = NEW.filter((id) => rows.get(id)?.status === 'not-comparable');
    expect(refused).toEqual(['recall', 'coverage']);
  });

  it('compare nothing of them with another reference', () => {
    const rows = judge({}, (result) => {
      if (result.reference) result.reference.digest = 'd'.repeat(64);
    });
    expect(NEW.map((id) => rows.get(id)?.status)).toEqual(NEW.map(() => 'not-comparable'));
  });
});
