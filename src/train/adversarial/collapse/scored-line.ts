import { WATCH_SCHEMA, type WatchLine, type WatchMetric } from '../../../documents/watch.js';
import { findMetric } from '../../../metrics/registry.js';
import type { LogLine } from '../../loop/training-log.js';

/**
 * The scores of a step as a line of `watch.jsonl`, which a monitor reads. It is made of lines of the log alone, so that a resumed run has
 * the same one.
 *
 * @param lines of the log, of this step; those that are no scores are passed over
 * @returns undefined where there are no scores
 */
export function scoredLineOf(step: number, lines: readonly LogLine[]): WatchLine | undefined {
  const scores = lines.filter(({ kind }) => kind === 'metric');
  const metrics = metricsOf(scores.filter(({ subject }) => subject === 'samples'));
  if (metrics.length === 0) return undefined;
  const reference = metricsOf(scores.filter(({ subject }) => subject === 'reference'));
  return {
    schema: WATCH_SCHEMA,
    set: `step-${step}`,
    step,
    status: 'scored',
    metrics,
    ...(reference.length > 0 && { reference }),
    warnings: [],
    events: [],
    // Of no meaning here.
    run: { time: '', seconds: 0 },
  };
}

function metricsOf(lines: readonly LogLine[]): WatchMetric[] {
  return lines
    .filter((line) => line.class === undefined)
    .map((line) => {
      const id = String(line.name);
      const perClass = lines
        .filter((each) => each.name === line.name && each.class !== undefined)
        .map((each) => ({ class: String(each.class), ...valuesOf(each) }));
      return {
        id,
        title: String(line.title),
        unit: String(line.unit),
        direction: findMetric(id)?.direction ?? 'lower',
        ...valuesOf(line),
        ...(perClass.length > 0 && { perClass }),
      };
    });
}

function valuesOf({ value, se, n }: LogLine) {
  return { value: Number(value), ...(se !== undefined && { se: Number(se) }), n: Number(n) };
}
