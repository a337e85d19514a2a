import { joinMetricName } from '../../documents/metric-name.js';
import type { GateRow } from '../../documents/verdict.js';
import type { Check } from './checks.js';
import { findObstacle } from './comparable.js';
import { entryOf, fieldOf, type Measurement, measure, type ResultFacts } from './measurement.js';
import { computeChangeInterval, computeSignificance, ROUNDING } from './significance.js';
import * as words from './words.js';

/** A row, complete but for the correction of its p over the others. */
export interface Judged {
  readonly row: GateRow;
  readonly weight: number;
}

/** Judges one check by itself; a significant one gets its p, and its status from `settle`. */
export function judge(baseline: ResultFacts, now: ResultFacts, check: Check): Judged {
  const { kind, weight, tolerance, limit } = check;
  const head = describe(baseline, now, check);
  const [was, is] = [measure(baseline, check), measure(now, check)];
  const values = {
    baseline: 'reason' in was ? null : was.value,
    now: 'reason' in is ? null : is.value,
    change: 'reason' in was || 'reason' in is ? null : is.value - was.value,
  };
  const relativeChange = shareOf(values.change, values.baseline);
  const row = { ...head, kind, ...values, relativeChange, differences: [] };
  // A limit asks nothing of a baseline that lacks the number.
  const limitOnly = limit !== undefined && 'reason' in was && !('reason' in is);
  const obstacle = limitOnly ? undefined : findObstacle(baseline, now, check);
  if (obstacle) {
    const reason = words.notComparable(obstacle.differences);
    const { differences, remedy } = obstacle;
    return {
      weight,
      row: { ...row, status: 'not-comparable', reason, differences: [...differences], remedy },
    };
  }
  if (limit !== undefined)
    return { weight, row: { ...row, limit, ...judgeLimit(check, is as Measurement, head.unit) } };
  const [before, after] = [was, is] as [Measurement, Measurement];
  const bounds = computeChangeInterval(before, after, baseline.settings.level);
  const interval = bounds && { interval: { level: baseline.settings.level, ...bounds } };
  if (tolerance !== undefined) {
    return { weight, row: { ...row, ...interval, ...judgeTolerance(row, check, tolerance) } };
  }
  const significance = computeSignificance(before, after, head.direction);
  if (!significance) return { weight, row: { ...row, ...withoutError(before, after, check) } };
  // The status is settled over all significant rows together.
  return { weight, row: { ...row, ...interval, ...significance, status: 'pass', reason: '' } };
}

/** A change as a share of the value; null where there is none, or it is no number. */
function shareOf(change: number | null, value: number | null): number | null {
  const share = change === null || value === null ? Number.NaN : change / Math.abs(value);
  return Number.isFinite(share) ? share : null;
}

function describe(baseline: ResultFacts, now: ResultFacts, check: Check) {
  const entry = entryOf(baseline, check) ?? entryOf(now, check);
  return {
    metric: check.metric,
    ...(check.network !== undefined && { network: check.network }),
    title: entry?.title ?? joinMetricName(check),
    unit: entry?.unit ?? '',
    direction: entry?.direction ?? ('higher' as const),
    ...(check.class !== undefined && { class: check.class }),
    ...(check.resolution !== undefined && { resolution: check.resolution }),
  };
}

type Decision = Pick<GateRow, 'status' | 'reason'> & Partial<GateRow>;

function judgeLimit({ kind, limit = 0 }: Check, { value }: Measurement, unit: string): Decision {
  const beyond = kind === 'floor' ? limit - value : value - limit;
  const failed = beyond > ROUNDING * Math.max(Math.abs(limit), Math.abs(value));
  return {
    status: failed ? 'fail' : 'pass',
    reason: words.limit(kind, { failed, value, bound: limit }, unit),
  };
}

function judgeTolerance(
  { direction, change, baseline, unit }: Pick<GateRow, 'direction' | 'change' | 'baseline' | 'unit'>,
  { kind }: Check,
  tolerance: number,
): Decision {
  const worse = direction === 'higher' ? -(change as number) : (change as number);
  const scale = Math.abs(baseline as number);
  const allowed = kind === 'relative' ? tolerance * scale : tolerance;
  const failed = worse - allowed > ROUNDING * Math.max(scale, allowed);
  return {
    tolerance: allowed,
    status: failed ? 'fail' : 'pass',
    reason: words.tolerance(failed, worse, allowed, unit),
  };
}

function withoutError(was: Measurement, is: Measurement, check: Check): Decision {
  const describeError = ({ se }: Measurement) => (se === undefined ? 'none' : String(se));
  const differences = [
    { field: `${fieldOf(check)}.se`, baseline: describeError(was), now: describeError(is) },
  ];
  return {
    status: 'not-comparable',
    reason: words.notComparable(differences),
    differences,
    remedy: 'Give more samples, or use a rule with a tolerance.',
  };
}
