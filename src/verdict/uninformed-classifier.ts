import type { ComputedMetric, EvaluationResult } from '../documents/result.js';
import { computeChanceHits, isAboveChance } from '../math/statistics/chance-agreement.js';

/** One-sided confidence with which a classifier has to be better than chance. */
const LEVEL = 0.95;

/** An accuracy that chance alone explains. */
export interface ChanceAccuracy {
  readonly entry: ComputedMetric;
  /** Share that chance gets right, in [0, 1]. */
  readonly chance: number;
}

/**
 * The class accuracy of a set where it is no better than chance: at most 1 of the number of classes, or not above what the same
 * answers would get if they were handed out at random. Undefined where it is better, or where there are not two classes with pictures.
 */
export function findChanceAccuracy(
  { metrics }: Pick<EvaluationResult, 'metrics'>,
  subject: ComputedMetric['subject'],
): ChanceAccuracy | undefined {
  const entry = metrics.find(
    (one): one is ComputedMetric => one.status === 'ok' && one.id === 'accuracy' && one.subject === subject,
  );
  const classes = entry?.perClass?.filter(({ value }) => value !== null).length ?? 0;
  if (!entry || classes < 2) return undefined;
  const guessed = chanceOfGuesses(entry);
  const chance = Math.max(1 / classes, guessed ?? 0);
  return entry.value <= 1 / classes || guessed !== undefined ? { entry, chance } : undefined;
}

/** What the answers would get at random, where they are not shown to be better; undefined where they are, or are not known. */
function chanceOfGuesses({ value, n, confusion }: ComputedMetric): number | undefined {
  const counts = confusion?.counts;
  if (!counts) return undefined;
  const answers = {
    truths: counts.map((row) => row.reduce((sum, one) => sum + one, 0)),
    guesses: counts.map((_, column) => counts.reduce((sum, row) => sum + row[column], 0)),
    n,
  };
  const chance = computeChanceHits(answers).mean / n;
  // So few pictures may show nothing though nearly all are right.
  if (value >= (1 + chance) / 2) return undefined;
  return isAboveChance(value * n, answers, LEVEL) ? undefined : chance;
}
