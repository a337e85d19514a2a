import type { WatchLine, WatchMetric } from '../documents/watch.js';

/**
 * What a number of a line is: of the samples (`value`), the ends of its interval (`low`, `high`), of the reference's own pictures
 * (`reference`), or what samples as real as these would have (`real`).
 */
export type ValueKind = 'value' | 'low' | 'high' | 'reference' | 'real';

/** One number of a line. */
export interface NamedValue {
  readonly metric: string;
  /** Absent for the first. */
  readonly network?: string;
  /** Absent for all samples. */
  readonly class?: string;
  readonly kind: ValueKind;
  readonly value: number;
}

/** All numbers of a line, in its order. */
export function nameValues({ metrics, reference = [] }: WatchLine): NamedValue[] {
  return [
    ...metrics.flatMap((metric) => namesOf(metric, 'value')),
    ...reference.flatMap((metric) => namesOf(metric, 'reference')),
  ];
}

/** A metric with its network: "fid", "fid@clip". */
export function metricName({ metric, network }: Pick<NamedValue, 'metric' | 'network'>): string {
  return network === undefined ? metric : `${metric}@${network}`;
}

function namesOf(entry: WatchMetric, kind: 'value' | 'reference'): NamedValue[] {
  const { id, network, value, interval, perClass = [], ofReal } = entry;
  const of = (each: Omit<NamedValue, 'metric' | 'network'>): NamedValue => ({
    metric: id,
    ...(network !== undefined && { network }),
    ...each,
  });
  const ends =
    kind === 'value' && interval
      ? [of({ kind: 'low', value: interval.low }), of({ kind: 'high', value: interval.high })]
      : [];
  const real = kind === 'value' && ofReal ? [of({ kind: 'real', value: ofReal.value })] : [];
  const classes = perClass.flatMap((each) =>
    each.value === null ? [] : [of({ class: each.class, kind, value: each.value })],
  );
  return [of({ kind, value }), ...ends, ...real, ...classes];
}
