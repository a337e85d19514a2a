import { UsageError } from '../core/errors.js';
import type { WatchLine } from '../documents/watch.js';
import { splitMetricName } from '../metrics/shortcuts.js';

const OPERATORS = {
  '<': (value: number, bound: number) => value < bound,
  '>': (value: number, bound: number) => value > bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>=': (value: number, bound: number) => value >= bound,
} as const;

/** What a metric has to be for the watch to end. */
export interface Goal {
  /** Id of the metric. */
  readonly metric: string;
  /** Its network, as lines name it, where it is not the first. */
  readonly network?: string;
  readonly operator: keyof typeof OPERATORS;
  readonly bound: number;
}

const GOAL = /^\s*([a-z][\w@.-]*)\s*(<=|>=|<|>)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*$/i;

/**
 * Reads what ends a watch: METRIC<NUMBER or METRIC>NUMBER, several of them joined by `and`.
 *
 * @throws {UsageError} for anything else
 */
export function parseGoals(text: string): Goal[] {
  return text.split(/\s+and\s+/i).map((part) => {
    const [, metric, operator, bound] = GOAL.exec(part) ?? [];
    if (metric === undefined) {
      throw new UsageError(
        `--until cannot be ${JSON.stringify(text)}: it takes METRIC<NUMBER or METRIC>NUMBER, joined by "and", as 'fid<12 and recall>0.4'.`,
      );
    }
    return {
      ...splitMetricName(metric.toLowerCase()),
      operator: operator as Goal['operator'],
      bound: Number(bound),
    };
  });
}

/** Whether a line meets all goals; one whose metric it lacks is not met. */
export function meetsGoals(line: WatchLine, goals: readonly Goal[]): boolean {
  return goals.every(({ metric, network, operator, bound }) =>
    line.metrics.some(
      (entry) =>
        entry.id === metric &&
        entry.network?.toLowerCase() === network &&
        OPERATORS[operator](entry.value, bound),
    ),
  );
}

/**
 * Refuses goals that no line could meet.
 *
 * @param metrics what is computed, as `--metrics` names it
 * @throws {UsageError} naming the metric
 */
export function requireGoals(goals: readonly Goal[], metrics: readonly string[]): void {
  const known = metrics.map((name) => splitMetricName(name).metric);
  const wrong = goals.find(({ metric }) => !known.includes(metric));
  if (wrong === undefined) return;
  throw new UsageError(
    `--until reads ${wrong.metric}, which is not computed: name it in --metrics, or one of ${[...new Set(known)].join(', ')} in --until.`,
  );
}
