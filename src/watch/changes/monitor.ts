import { UsageError } from '../../core/errors.js';
import { omitUndefined } from '../../core/omit-undefined.js';
import { joinMetricName } from '../../documents/metric-name.js';
import type { WatchEvent, WatchLine } from '../../documents/watch.js';
import { type Reading, readCopies, readMetric } from './readings.js';
import { spendAt, thresholdsOf } from './spending.js';
import { poolSpread } from './spread.js';
import { WatchedSeries } from './watched-series.js';

/** How a training is watched. */
export interface MonitorSettings {
  /** Chance of any false alarm in the whole run, over all metrics and classes together. @default 0.05 */
  readonly alpha?: number;
  /** Sets that the run is expected to have; four fifths of `alpha` are spent on these. @default 100 */
  readonly horizon?: number;
  /** The metric whose plateau is told, on the network that it is first on. @default fid */
  readonly plateauMetric?: string;
  /** The share of itself by which it must improve over 15 sets. @default 0.1 */
  readonly plateauShare?: number;
}

/** Tells what happens to a training, from its lines alone. Its memory is bounded for each metric and class. */
export interface Monitor {
  /**
   * Takes the next set of the training.
   *
   * @param line of `watch.jsonl`; its own events are not read
   * @returns the events that it tells, with what came before it; the same for the same lines
   */
  observe(line: WatchLine): WatchEvent[];
}

const DEFAULTS = { alpha: 0.05, horizon: 100, plateauMetric: 'fid', plateauShare: 0.1 };

/**
 * Starts a monitor of a training: since which set a metric turned (docs/explanation/watching.md says how).
 *
 * After a restart of the program, a new one that observes the lines so far tells of the next ones as the old one would.
 *
 * @param settings all optional
 * @returns a monitor that has observed nothing
 * @throws {UsageError} for settings out of range
 */
export function createMonitor(settings: MonitorSettings = {}): Monitor {
  const used = { ...DEFAULTS, ...omitUndefined(settings) };
  refuse(!(used.alpha > 0 && used.alpha < 1), `alpha must be between 0 and 1, not ${used.alpha}`);
  refuse(
    !(used.horizon >= 1 && Number.isFinite(used.horizon)),
    `horizon must be a finite number of 1 or more, not ${used.horizon}`,
  );
  refuse(!(used.plateauShare > 0), `plateauShare must be above 0, not ${used.plateauShare}`);
  return new SeriesMonitor(used);
}

function refuse(wrong: boolean, why: string): void {
  if (wrong) throw new UsageError(`A training can't be watched so: ${why}.`);
}

class SeriesMonitor implements Monitor {
  readonly #series = new Map<string, WatchedSeries>();
  readonly #settings: Required<MonitorSettings>;
  #sets = 0;

  constructor(settings: Required<MonitorSettings>) {
    this.#settings = settings;
  }

  observe(line: WatchLine): WatchEvent[] {
    if (line.status === 'failed') return [];
    this.#sets++;
    const metrics = [...line.metrics.flatMap((metric) => readMetric(line, metric)), ...readCopies(line)];
    if (metrics.length === 0) return [];
    const series = metrics.reduce((sum, readings) => sum + readings.length, 0);
    const thresholds = thresholdsOf(spendAt(this.#settings, this.#sets), series);
    return metrics.flatMap((readings) => {
      const [whole, ...classes] = readings.map((reading) => this.#seriesOf(reading));
      const known = classes.filter(({ hasErrors }) => hasErrors);
      const pooled = poolSpread(known.map(({ ownSpread }) => ownSpread));
      return [whole, ...classes].flatMap((each, i) =>
        each.observe(readings[i].measured, { ...thresholds, pooled: i === 0 ? undefined : pooled }),
      );
    });
  }

  #seriesOf({ key, head }: Reading): WatchedSeries {
    const known = this.#series.get(key);
    if (known) return known;
    const { metric, class: name } = head;
    const { plateauMetric, plateauShare: share } = this.#settings;
    const isOfPlateau =
      name === undefined && joinMetricName({ ...metric, metric: metric.id }) === plateauMetric;
    const series = new WatchedSeries({ ...head, plateauShare: isOfPlateau ? share : undefined });
    this.#series.set(key, series);
    return series;
  }
}
