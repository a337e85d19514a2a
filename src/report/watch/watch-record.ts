import { createHash } from 'node:crypto';
import type { WatchEvent, WatchLine, WatchMetric } from '../../documents/watch.js';
import { EvenlyKept } from './evenly-kept.js';
import { findMetric, realValue } from './real-value.js';
import { ThinCurve } from './thin-curve.js';

/** Runs of neighbors in a curve; each has two points at most. */
const MAX_RUNS = 96;
/** Columns of a heat map beside the last. */
const MAX_COLUMNS = 96;
const MAX_CURVES = 32;
/** Of each list. */
const MAX_LISTED = 100;

/** Where a set stands on the axis of a chart. */
export interface Place {
  /** Counted from 1, in the order of the log. */
  readonly number: number;
  readonly step: number | null;
}

/** A value of a set. */
export interface ValuePoint extends Place {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** A metric over the sets. */
export interface WatchCurve {
  readonly metric: Pick<WatchMetric, 'id' | 'network' | 'title' | 'unit' | 'direction'>;
  readonly points: readonly ValuePoint[];
  /** How many sets had it. */
  readonly count: number;
  readonly real?: number;
  readonly best: ValuePoint;
}

/** Values of a metric by class, of one set. */
export interface ClassColumn extends Place {
  /** By class. */
  readonly values: ReadonlyMap<string, number>;
}

/** A metric by class over the sets. */
export interface ClassHistory {
  readonly metric: WatchCurve['metric'];
  readonly columns: readonly ClassColumn[];
  /** What real pictures have, by class. */
  readonly real: ReadonlyMap<string, number>;
}

export interface ToldEvent extends Place {
  /** Counted from 1. */
  readonly id: number;
  readonly event: WatchEvent;
}

export interface FailedSet extends Place {
  readonly set: string;
  readonly reason: string;
}

interface MetricState {
  metric: WatchCurve['metric'];
  readonly curve: ThinCurve<ValuePoint>;
  best: ValuePoint;
  real?: number;
  readonly columns: EvenlyKept<ClassColumn>;
  classReal: ReadonlyMap<string, number>;
  hasClasses: boolean;
}

/** What is kept of a watch's lines for its page: no more for thousands of sets than for hundreds, and the same whenever they are taken again. */
export class WatchRecord {
  readonly #metrics = new Map<string, MetricState>();
  #events: ToldEvent[] = [];
  #failed: FailedSet[] = [];
  readonly #counts = { sets: 0, failed: 0, events: 0, withStep: 0 };
  #token = '';
  #last: WatchLine | undefined;
  #lastScored: WatchLine | undefined;

  take(line: WatchLine): void {
    const counts = this.#counts;
    const place = { number: ++counts.sets, step: line.step };
    if (line.step !== null) counts.withStep++;
    if (counts.sets === 1) this.#token = tokenOf(line);
    this.#last = line;
    if (line.status === 'scored') this.#lastScored = line;
    else {
      counts.failed++;
      this.#failed = [...this.#failed, { ...place, set: line.set, reason: line.reason }].slice(-MAX_LISTED);
    }
    for (const entry of line.metrics) this.#takeMetric(line, entry, place);
    const told = line.events.map((event) => ({ ...place, id: ++counts.events, event }));
    this.#events = [...this.#events, ...told].slice(-MAX_LISTED);
  }

  /** The line of the last set, whatever became of it. */
  get last(): WatchLine | undefined {
    return this.#last;
  }

  /** A word that nobody knows who has not seen the first line; the same for all pages of a watch. */
  get token(): string {
    return this.#token;
  }

  get lastScored(): WatchLine | undefined {
    return this.#lastScored;
  }

  get counts(): { readonly sets: number; readonly failed: number; readonly events: number } {
    return this.#counts;
  }

  /** Whether all sets have steps; they stand in the order of the log otherwise. */
  get hasSteps(): boolean {
    return this.#counts.withStep === this.#counts.sets;
  }

  /** The latest, in the order in which they were told. */
  get events(): readonly ToldEvent[] {
    return this.#events;
  }

  /** The latest. */
  get failed(): readonly FailedSet[] {
    return this.#failed;
  }

  get curves(): WatchCurve[] {
    return [...this.#metrics.values()].map(({ metric, curve, best, real }) => ({
      metric,
      points: this.#inOrder(curve.points),
      count: curve.count,
      best,
      ...(real !== undefined && { real }),
    }));
  }

  get classHistories(): ClassHistory[] {
    return [...this.#metrics.values()]
      .filter(({ hasClasses }) => hasClasses)
      .map(({ metric, columns, classReal: real }) => ({
        metric,
        columns: this.#inOrder(columns.values),
        real,
      }));
  }

  /** Where a set stands from left to right. */
  placeOf({ number, step }: Place): number {
    return this.hasSteps && step !== null ? step : number;
  }

  #inOrder<T extends Place>(places: readonly T[]): T[] {
    return [...places].sort((a, b) => this.placeOf(a) - this.placeOf(b) || a.number - b.number);
  }

  #takeMetric(line: WatchLine, entry: WatchMetric, place: Place): void {
    const { id, network, title, unit, direction, value, interval, perClass } = entry;
    const metric = { id, title, unit, direction, ...(network !== undefined && { network }) };
    const point = { ...place, value, ...(interval && { low: interval.low, high: interval.high }) };
    const state = this.#stateOf(metric, point);
    if (!state) return;
    state.curve.add(point);
    const isBetter = direction === 'higher' ? value > state.best.value : value < state.best.value;
    if (isBetter) state.best = point;
    state.real = realValue(line, { id, network }) ?? state.real;
    if (!perClass) return;
    state.hasClasses = true;
    state.columns.add({ ...place, values: valuesOf(perClass) });
    const measured = findMetric(line.reference ?? [], { id, network });
    if (measured?.perClass) state.classReal = valuesOf(measured.perClass);
  }

  #stateOf(metric: WatchCurve['metric'], best: ValuePoint): MetricState | undefined {
    const key = JSON.stringify([metric.id, metric.network]);
    const known = this.#metrics.get(key);
    if (known || this.#metrics.size === MAX_CURVES) return known;
    const state = {
      metric,
      best,
      curve: new ThinCurve<ValuePoint>(MAX_RUNS),
      columns: new EvenlyKept<ClassColumn>(MAX_COLUMNS),
      classReal: new Map<string, number>(),
      hasClasses: false,
    };
    this.#metrics.set(key, state);
    return state;
  }
}

function tokenOf({ set, samples, run }: WatchLine): string {
  const facts = [set, samples?.digest ?? null, run.time, run.seconds];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}

function valuesOf(perClass: NonNullable<WatchMetric['perClass']>): Map<string, number> {
  return new Map(
    perClass.flatMap(({ class: name, value }) => (value === null ? [] : [[name, value] as const])),
  );
}
