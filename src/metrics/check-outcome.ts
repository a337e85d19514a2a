import type { Metric } from './metric.js';
import type { InvalidResult, MetricOutcome, MetricValue } from './metric-value.js';

/**
 * What a metric computed, if it is a result that documents can hold: a finite value with a count, and an error and interval that are
 * finite where they are given. Anything else becomes a reason, so that no number comes from it.
 *
 * @param metric the metric, for the reason
 * @param outcome what its `compute` returned
 * @returns the outcome, or why it is none and what is wrong with it
 */
export function checkOutcome({ id }: Pick<Metric, 'id'>, outcome: unknown): MetricOutcome | InvalidResult {
  if (isReason(outcome)) return { reason: outcome.reason };
  const invalid = findFault(outcome as Partial<MetricValue> | null | undefined);
  if (invalid === undefined) return outcome as MetricValue;
  return {
    reason: `The metric ${id} gave no valid result (${invalid}): check the pictures and the metric.`,
    invalid,
  };
}

function isReason(outcome: unknown): outcome is { readonly reason: string } {
  const { reason } = (outcome ?? {}) as { readonly reason?: unknown };
  return typeof reason === 'string';
}

/** The first field that no document can hold, with what it is. */
function findFault(outcome: Partial<MetricValue> | null | undefined): string | undefined {
  if (typeof outcome !== 'object' || outcome === null) return `compute returned ${String(outcome)}`;
  const { value, std, se, interval, n } = outcome;
  if (!Number.isFinite(value)) return `value is ${describe(value)}, not a finite number`;
  if (!Number.isInteger(n) || Number(n) < 0) return `n is ${describe(n)}, not a number of pictures`;
  for (const [name, error] of Object.entries({ std, se })) {
    if (error !== undefined && !(Number.isFinite(error) && error >= 0)) {
      return `${name} is ${describe(error)}, not a finite number from 0`;
    }
  }
  const ends = [interval?.level, interval?.low, interval?.high];
  if (interval !== undefined && !ends.every(Number.isFinite)) {
    return `interval is ${describe(interval)}, not { level, low, high } of finite numbers`;
  }
  const { perClass, perResolution, details } = outcome;
  return findNotFinite({ perClass, perResolution, details });
}

/** The first number inside a value that is not finite, with its place: "details.seSamples is NaN, not a finite number". */
function findNotFinite(value: unknown, place = ''): string | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : `${place} is ${describe(value)}, not a finite number`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const fault = findNotFinite(each, place === '' ? key : `${place}.${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function describe(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
