import { joinMetricName } from '../../documents/metric-name.js';
import type { WatchLine, WatchMetric } from '../../documents/watch.js';
import { ROLES, ROLES_OF_COPIES } from './roles.js';
import { spreadOfShares, steadyShare } from './shares-of-copies.js';
import type { Level, Measured, SeriesHead } from './watched-series.js';

/** A value of a line, and the series that it belongs to. */
export interface Reading {
  readonly key: string;
  readonly head: Omit<SeriesHead, 'plateauShare'>;
  readonly measured: Measured;
}

const TITLES_OF_COPIES = {
  duplicates: 'Share of copies of other samples',
  memorized: 'Share of copies of the reference',
} as const;

/** Values of a metric in a line: over all samples, then of each class that has one. None of a metric that is not watched. */
export function readMetric(line: WatchLine, metric: WatchMetric): Reading[][] {
  const role = ROLES.get(metric.id);
  if (!role) return [];
  const place = { set: line.set, step: line.step };
  const name = joinMetricName({ ...metric, metric: metric.id });
  const real = line.reference?.find(({ id, network }) => id === metric.id && network === metric.network);
  const whole = { place, value: metric.value, se: metric.se, real: realOf(real ?? metric.ofReal) };
  const classes = (metric.perClass ?? []).flatMap(({ class: label, value, se }) => {
    if (value === null) return [];
    const ofClass = real?.perClass?.find((each) => each.class === label);
    return {
      key: JSON.stringify([name, label]),
      head: { metric, class: label, role },
      measured: { place, value, se, real: realOf(ofClass) },
    };
  });
  return [[{ key: JSON.stringify([name]), head: { metric, role }, measured: whole }, ...classes]];
}

function realOf(
  real: { readonly value: number | null; readonly se?: number } | undefined,
): Level | undefined {
  return real && real.value !== null ? { value: real.value, se: real.se ?? 0 } : undefined;
}

/** Shares of samples that repeat a picture. Those of exact copies alone are other series than those with near ones. */
export function readCopies(line: WatchLine): Reading[][] {
  if (line.status === 'failed' || !line.copies) return [];
  const { copies } = line;
  return (['duplicates', 'memorized'] as const).flatMap((id) => {
    const repeats = copies[id];
    if (!repeats) return [];
    const metric = { id, title: TITLES_OF_COPIES[id], direction: 'lower' } as const;
    const head = { metric, role: ROLES_OF_COPIES[id], assumed: spreadOfShares };
    const place = { set: line.set, step: line.step };
    const key = JSON.stringify(['copies', id, repeats.expected !== undefined]);
    return [[{ key, head, measured: { place, ...steadyShare(repeats, id) } }]];
  });
}
