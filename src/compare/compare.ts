import { UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import {
  COMPARISON_SCHEMA,
  type Comparison,
  type ComparisonCell,
  type ComparisonRow,
} from '../documents/comparison.js';
import { joinMetricName } from '../documents/metric-name.js';
import type { MetricEntry } from '../documents/result.js';
import { alignNetworks } from '../gate/judging/align-networks.js';
import { findObstacle } from '../gate/judging/comparable.js';
import { noteFailed, reportFailed } from '../gate/judging/failed-metrics.js';
import { entryOf, measure, type ResultFacts, type Target } from '../gate/judging/measurement.js';
import { computeChangeInterval, computeSignificance } from '../gate/judging/significance.js';
import { listNotes, listSizeNotes, listVerdictNotes } from './notes.js';
import { readComparedResult } from './read-results.js';

/** A result with the name that a reader knows it by. */
export interface NamedResult {
  /** As the comparison shows it: a path, or "epoch 10". */
  readonly name: string;
  /** What `score` gave, or a document of `parseResult`. */
  readonly result: ResultFacts;
}

type Computed = Extract<ComparisonCell, { status: 'ok' }>;

/**
 * Reads results and sets them side by side.
 *
 * @param paths files that `ganeval score --json` wrote, two or more
 * @param hooks `onFault` hears of each metric that failed by a fault when its result was made
 * @returns the comparison
 * @throws {UsageError} for fewer than two files, one that is named twice, and a file that is no result
 */
export async function compare(
  paths: readonly string[],
  hooks: Pick<RunHooks, 'onFault'> = {},
): Promise<Comparison> {
  if (paths.length < 2) throw new UsageError('A comparison needs two results at least: name another file.');
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new UsageError(`The result ${twice} is given twice: name each file once.`);
  const named: NamedResult[] = [];
  // One after another: of two that are damaged the first is named.
  for (const name of paths) named.push({ name, result: await readComparedResult(name) });
  for (const { name, result } of named) reportFailed(name, result, hooks);
  return compareResults(named);
}

/**
 * Sets results side by side, metric by metric. In each row the first result that has the number is the yardstick: of
 * what may not be compared with it the cell says what differs. A number is the best only where each of the others that may be
 * compared is significantly worse (two-sided tests at the largest level of the documents, each row by itself: being
 * better than all others is an intersection of tests, which needs no correction). Numbers on one network stand in one row, whatever the order
 * of `--model` was.
 *
 * @param given two or more results with their names
 * @returns one row for each number that some result has
 * @example
 * ```ts
 * const { rows } = compareResults([
 *   { name: 'epoch 10', result: await score({ samples: 'epoch10' }) },
 *   { name: 'epoch 20', result: await score({ samples: 'epoch20' }) },
 * ]);
 * ```
 */
export function compareResults(given: readonly NamedResult[]): Comparison {
  const named = alignAll(given);
  const level = Math.max(...named.map(({ result }) => result.settings.level));
  const rows = listTargets(named).map((target) => compareRow(named, target, level));
  return {
    schema: COMPARISON_SCHEMA,
    level,
    results: named.map(({ name, result: { samples, reference, comparableWith, warnings } }) => ({
      name,
      samples,
      ...(reference && { reference }),
      comparableWith,
      warnings,
    })),
    rows,
    notes: [
      ...named.flatMap(({ name, result }) => noteFailed(name, result)),
      ...listVerdictNotes(named),
      ...listSizeNotes(named),
      ...listNotes(
        named.map(({ name }) => name),
        rows,
      ),
    ],
  };
}

/** The results with their networks named alike; the first result that has a network names it. */
function alignAll(given: readonly NamedResult[]): NamedResult[] {
  const named: NamedResult[] = [];
  for (const { name, result } of given) {
    const others = named.map((each) => each.result);
    named.push({ name, result: alignNetworks(others, result) });
  }
  return named;
}

/** Every number that some result has: of each metric the whole, then resolutions, then classes. */
function listTargets(named: readonly NamedResult[]): Target[] {
  const entries = named.flatMap(({ result }) =>
    result.metrics.filter(({ subject }) => subject === 'samples'),
  );
  const unique = <Value>(values: readonly Value[]) => [...new Set(values)];
  const some = entries.filter(({ status }) => status === 'ok');
  const keyOf = ({ id, network }: MetricEntry) => joinMetricName({ metric: id, network });
  return unique(some.map(keyOf)).flatMap((key): Target[] => {
    const all = some.flatMap((entry) => (keyOf(entry) === key && 'value' in entry ? [entry] : []));
    const [{ id, network }] = all;
    const whole = { metric: id, ...(network !== undefined && { network }) };
    const resolutions = all.flatMap(({ perResolution = [] }) => perResolution.map((at) => at.resolution));
    const classes = all.flatMap(({ perClass = [] }) => perClass.map((one) => one.class));
    return [
      whole,
      ...unique(resolutions)
        .sort((a, b) => a - b)
        .map((resolution) => ({ ...whole, resolution })),
      ...unique(classes).map((name) => ({ ...whole, class: name })),
    ];
  });
}

function compareRow(named: readonly NamedResult[], target: Target, level: number): ComparisonRow {
  const found = named.map(({ result }) => measure(result, target));
  const yardstick = Math.max(
    0,
    found.findIndex((each) => !('reason' in each)),
  );
  const entry = firstEntry(named, target);
  const { title, unit, direction } = entry;
  const context = { named, target, level, yardstick };
  const cells = named.map((_, index) => describeCell(context, index));
  markBest(cells, context, direction);
  return {
    metric: target.metric,
    ...(target.network !== undefined && { network: target.network }),
    title,
    unit,
    direction,
    ...(target.class !== undefined && { class: target.class }),
    ...(target.resolution !== undefined && { resolution: target.resolution }),
    yardstick,
    cells,
  };
}

function firstEntry(named: readonly NamedResult[], target: Target): MetricEntry {
  return named.flatMap(({ result }) => entryOf(result, target) ?? [])[0];
}

/** What the cells of one row share. */
interface RowContext {
  readonly named: readonly NamedResult[];
  readonly target: Target;
  readonly level: number;
  /** Index of the first result that has the number. */
  readonly yardstick: number;
}

function describeCell({ named, target, level, yardstick }: RowContext, index: number): ComparisonCell {
  const [first, here] = [named[yardstick].result, named[index].result];
  const found = measure(here, target);
  if ('reason' in found) return { status: 'absent', reason: found.reason };
  const obstacle = index === yardstick ? undefined : findObstacle(first, here, target);
  return {
    status: 'ok',
    ...readNumbers(here, target),
    comparable: !obstacle,
    differences: (obstacle?.differences ?? []).map(({ field, baseline, now }) => ({
      field,
      yardstick: baseline,
      here: now,
    })),
    ...(index !== yardstick && !obstacle && { change: changeOf(first, here, target, level) }),
    best: false,
  };
}

/** The numbers as the document has them. */
function readNumbers(result: ResultFacts, target: Target) {
  const { class: name, resolution } = target;
  const entry = entryOf(result, target);
  if (entry?.status !== 'ok') throw new Error(`${target.metric} was measured and has no entry`);
  const part =
    name !== undefined
      ? entry.perClass?.find((each) => each.class === name)
      : resolution !== undefined
        ? entry.perResolution?.find((each) => each.resolution === resolution)
        : entry;
  const { value, std, se, interval } = part as Pick<typeof entry, 'value' | 'std' | 'se' | 'interval'>;
  const n = part && 'n' in part ? part.n : entry.n;
  return {
    value,
    ...(std !== undefined && { std }),
    ...(se !== undefined && { se }),
    ...(interval && { interval }),
    n,
  };
}

function changeOf(first: ResultFacts, here: ResultFacts, target: Target, level: number): Computed['change'] {
  const [was, is] = [measure(first, target), measure(here, target)];
  if ('reason' in was || 'reason' in is) return undefined;
  const ends = computeChangeInterval(was, is, level);
  const p = twoSidedP(first, here, target);
  return {
    value: is.value - was.value,
    ...(ends && { interval: { level, low: ends.low, high: ends.high } }),
    ...(p !== undefined && { p }),
  };
}

/** The smaller tail of both directions, doubled; undefined where a document has no error. */
function twoSidedP(first: ResultFacts, second: ResultFacts, target: Target): number | undefined {
  const [a, b] = [measure(first, target), measure(second, target)];
  if ('reason' in a || 'reason' in b) return undefined;
  const lower = computeSignificance(a, b, 'higher');
  const higher = computeSignificance(a, b, 'lower');
  return lower && higher && Math.min(1, 2 * Math.min(lower.p, higher.p));
}

function markBest(
  cells: readonly ComparisonCell[],
  { named, target, level }: RowContext,
  direction: 'higher' | 'lower',
): void {
  const candidates = cells.flatMap((cell, index) =>
    cell.status === 'ok' && cell.comparable ? [{ cell, index }] : [],
  );
  if (candidates.length < 2) return;
  const sign = direction === 'higher' ? 1 : -1;
  const best = candidates.reduce((a, b) => (sign * b.cell.value > sign * a.cell.value ? b : a));
  best.cell.best = candidates.every(({ index }) => {
    if (index === best.index) return true;
    const p = twoSidedP(named[best.index].result, named[index].result, target);
    return p !== undefined && p <= 1 - level;
  });
}
