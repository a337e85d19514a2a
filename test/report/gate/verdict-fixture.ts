import type { GateRow, GateVerdict } from '../../../src/documents/verdict.js';

const sha256 = (digit: string) => digit.repeat(64);

export const passedRow: GateRow = {
  metric: 'is',
  title: 'Inception Score',
  unit: 'score',
  direction: 'higher',
  kind: 'significant',
  status: 'pass',
  baseline: 5.0041,
  now: 4.9912,
  change: -0.0129,
  relativeChange: -0.0026,
  p: 0.31,
  pAdjusted: 0.62,
  interval: { level: 0.95, low: -0.0649, high: 0.0391 },
  reason: 'It is worse by 0.0129, which chance explains (p 0.31, 0.62 after correction for 3 comparisons).',
  differences: [],
};

export const failedRow: GateRow = {
  metric: 'accuracy',
  title: 'Class accuracy',
  unit: 'fraction',
  direction: 'higher',
  class: 'cat',
  resolution: 16,
  kind: 'significant',
  status: 'fail',
  baseline: 0.65,
  now: 0.45,
  change: -0.2,
  relativeChange: -0.3077,
  p: 0.0000021,
  pAdjusted: 0.0000063,
  interval: { level: 0.95, low: -0.28, high: -0.12 },
  reason: 'It is worse by 20 points, which is more than chance explains (p 0.0000021).',
  differences: [],
};

export const floorRow: GateRow = {
  metric: 'accuracy',
  title: 'Class accuracy',
  unit: 'fraction',
  direction: 'higher',
  kind: 'floor',
  status: 'fail',
  baseline: 0.81,
  now: 0.7912,
  change: -0.0188,
  relativeChange: -0.0232,
  limit: 0.8,
  reason: '79.1 % is below the floor of 80 %.',
  differences: [],
};

export const incomparableRow: GateRow = {
  metric: 'fid',
  title: 'Fréchet inception distance',
  unit: 'distance',
  direction: 'lower',
  kind: 'relative',
  status: 'not-comparable',
  baseline: 12.3,
  now: 14.5,
  change: 2.2,
  relativeChange: 0.1789,
  reason: 'Not comparable: metrics.fid.n was 10000 and is 2000.',
  differences: [{ field: 'metrics.fid.n', baseline: '10000', now: '2000' }],
  remedy: 'Give 10000 samples as in the baseline; or write a new baseline with --update.',
};

/** A verdict of one row of each kind. */
export function makeVerdict(
  rows: readonly GateRow[] = [passedRow, failedRow, floorRow, incomparableRow],
): GateVerdict {
  return {
    schema: 'ganeval/verdict@1',
    passed: rows.every(({ status }) => status === 'pass'),
    alpha: 0.05,
    baseline: { source: './then', digest: sha256('a'), count: 10_000 },
    now: { source: './now', digest: sha256('b'), count: 2000 },
    rows: [...rows],
    notes: ['Made with other versions: ganeval 0.1.0 then and 0.2.0 now.'],
  };
}
