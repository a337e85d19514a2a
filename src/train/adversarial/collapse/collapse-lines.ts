import type { WatchEvent } from '../../../documents/watch.js';
import type { LogLine } from '../../loop/training-log.js';
import type { Adjustment } from '../trainer.js';
import { type AdjustmentEntry, adjustmentOf, type CollapseRecord, type Rollback } from './collapse-record.js';
import { describeChanges, type Winner } from './ladder.js';

/** The sentence of the event whose evidence is the strongest, with that evidence, and how many others there are. */
export function sentenceOf(events: readonly WatchEvent[]): string {
  const excess = ({ evidence }: WatchEvent) => evidence.statistic - evidence.threshold;
  const strongest = events.reduce((one, other) => (excess(other) > excess(one) ? other : one));
  const { statistic, threshold } = strongest.evidence;
  const text = strongest.message.replace(/\.$/, '');
  const evidence = `statistic ${statistic.toFixed(2)}, above ${threshold.toFixed(2)}`;
  const others = events
    .filter((each) => each !== strongest)
    .map((each) => each.class ?? `all samples by ${each.metric}`);
  const beside = others.length === 0 ? '' : `; the same is told of ${others.join(', ')}`;
  return `${text[0].toLowerCase()}${text.slice(1)} (${evidence}${beside}).`;
}

export function lineOfEvent(
  step: number,
  { kind, class: name, metric, since, message, evidence }: WatchEvent,
): LogLine {
  return {
    step,
    kind: 'event',
    event: kind,
    metric,
    ...(name !== undefined && { class: name }),
    since: since.step ?? 0,
    ...evidence,
    message,
  };
}

function lineOfRollback(step: number, rollback: Rollback, attempt: number): LogLine {
  return { step, kind: 'rollback', attempt, ...rollback };
}

/** The line of an adjustment, which the checkpoint keeps whole. */
export function lineOfAdjustment({ step, winner, lead, ...settings }: AdjustmentEntry): LogLine {
  return {
    step,
    kind: 'adjustment',
    ...(winner !== undefined && { winner }),
    ...(lead !== undefined && { lead }),
    ...settings,
  };
}

/**
 * An adjustment for the person who trains.
 *
 * @param from the rung before it
 * @param healthy scores before a rung down
 */
export function noteOf(entry: AdjustmentEntry, from: Adjustment, healthy: number): string {
  const { step, winner, message } = entry;
  const changes = describeChanges(from, adjustmentOf(entry));
  return `Adjusted from step ${step} on, ${whyOf(winner, healthy)}: ${changes}.${message ? ` ${message}` : ''}`;
}

function whyOf(winner: Winner | undefined, healthy: number): string {
  if (winner === undefined) return `after ${healthy} healthy scores`;
  return winner === 'neither' ? 'where neither network leads' : `where the ${winner} leads`;
}

/**
 * What a log lacks of what a checkpoint keeps, as where the run went back: the lines of its rollbacks, and of its adjustments.
 *
 * @param step of the checkpoint
 * @param lines of the log up to it
 */
export function findMissing(
  step: number,
  { rollbacks, adjustments }: CollapseRecord,
  lines: readonly LogLine[],
): LogLine[] {
  const ofRollbacks = rollbacks
    .filter((_, i) => !lines.some((line) => line.kind === 'rollback' && line.attempt === i + 1))
    .map((each) => lineOfRollback(step, each, rollbacks.indexOf(each) + 1));
  const ofAdjustments = adjustments
    .filter((each) => !lines.some((line) => line.kind === 'adjustment' && isOf(line, each)))
    .map(lineOfAdjustment);
  return [...ofRollbacks, ...ofAdjustments];
}

/** Whether a line is of an adjustment: no two of a step have the same settings. */
function isOf(line: LogLine, { winner: _winner, lead: _lead, ...settings }: AdjustmentEntry): boolean {
  return Object.entries(settings).every(([name, value]) => line[name] === value);
}
