import { DEFAULT_GATE_CONFIG, type GateConfig } from '../../documents/gate-config.js';
import { type GateRow, type GateVerdict, VERDICT_SCHEMA } from '../../documents/verdict.js';
import { adjustByHolm } from '../../math/statistics/holm.js';
import { alignNetworks } from './align-networks.js';
import { planChecks } from './checks.js';
import { noteFailed } from './failed-metrics.js';
import { type Judged, judge } from './judge.js';
import type { ResultFacts } from './measurement.js';
import { noteDifferences } from './notes.js';
import * as words from './words.js';

/**
 * Judges a result against a baseline by the rules of a config.
 *
 * The samples of the two documents are taken as independent draws. The `significant` rules are one-sided tests in the
 * direction in which the metric is worse; their p-values are corrected together by the weighted form of Holm's method
 * (1979), so that two equally good generators fail with a chance of at most `config.alpha`. Numbers that are not comparable fail.
 * Numbers on one network are a pair, whatever the order of `--model` was.
 */
export function compareWithBaseline(
  baseline: ResultFacts,
  result: ResultFacts,
  config: GateConfig = DEFAULT_GATE_CONFIG,
): GateVerdict {
  const now = alignNetworks([baseline], result);
  const { items: checks, notes } = planChecks(baseline, config);
  const judged = checks.map((check) => judge(baseline, now, check));
  const rows = settle(judged, config.alpha);
  return {
    schema: VERDICT_SCHEMA,
    passed: rows.length > 0 && rows.every(({ status }) => status === 'pass'),
    alpha: config.alpha,
    baseline: nameSamples(baseline),
    now: nameSamples(now),
    rows,
    notes: [
      ...(rows.length === 0 ? ['Nothing could be checked, so the gate fails.'] : []),
      ...notes,
      ...noteFailed('the baseline', baseline),
      ...noteFailed('the samples', now),
      ...noteDifferences(baseline, now),
    ],
  };
}

const nameSamples = ({ samples: { source, digest, count } }: ResultFacts) => ({ source, digest, count });

/** Corrects the p-values over all significant rows, and decides those. */
function settle(judged: readonly Judged[], alpha: number): GateRow[] {
  const tested = judged.filter(({ row }) => row.p !== undefined);
  const adjusted = adjustByHolm(
    tested.map(({ row }) => row.p as number),
    tested.map(({ weight }) => weight),
  );
  const pAdjustedOf = new Map(tested.map(({ row }, i) => [row, adjusted[i]]));
  return judged.map(({ row }) => {
    const { p, change } = row;
    const pAdjusted = pAdjustedOf.get(row);
    if (p === undefined || pAdjusted === undefined) return row;
    const failed = pAdjusted <= alpha;
    const worse = row.direction === 'higher' ? -(change as number) : (change as number);
    const reason = words.significant(failed, worse, { p, pAdjusted, rules: tested.length }, row.unit);
    return { ...row, pAdjusted, status: failed ? 'fail' : 'pass', reason };
  });
}
