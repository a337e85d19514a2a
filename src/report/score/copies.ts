import type { EvaluationResult, ExactCopies, NearCopies } from '../../documents/result.js';
import { formatCount, formatFixed, plural } from '../text/numbers.js';

/** What a search for copies found, as a sentence; names stand in it as they are. */
export interface Finding {
  readonly text: string;
  /** Whether it should worry the reader. */
  readonly bad: boolean;
}

/** Examples that a sentence names. */
const MAX_NAMED = 3;

/** What the search for copies found. Empty for a result of an earlier version, which has no findings. */
export function describeFindings({ findings }: Pick<EvaluationResult, 'findings'>): Finding[] {
  if (!findings) return [];
  const { duplicates, memorized } = findings;
  return [
    describeExact(duplicates.exact, 'another sample'),
    ...describeNear(duplicates.near, 'another sample'),
    ...(memorized
      ? [
          describeExact(memorized.exact, 'a picture of the reference'),
          ...describeNear(memorized.near, 'a picture of the reference'),
        ]
      : []),
  ];
}

function describeExact({ count, examples }: ExactCopies, other: string): Finding {
  if (count === 0) return { text: `No sample repeats ${other} byte for byte.`, bad: false };
  const verb = count === 1 ? 'repeats' : 'repeat';
  return {
    text: `${plural(count, 'sample')} ${verb} ${other} byte for byte: ${namePairs(examples, count)}.`,
    bad: true,
  };
}

function describeNear(near: NearCopies | undefined, other: string): Finding[] {
  if (!near) return [];
  const { count, expected, threshold, moreThanChance, unmistakable = 0, examples } = near;
  const distance = formatFixed(threshold, threshold < 10 ? 2 : 1);
  const chance = `${formatCount(Math.round(expected))} would be expected`;
  const base = `${plural(count, 'more sample lies', 'more samples lie')} nearer to ${other} than ${distance}, as 1 % of real pictures do to another (${chance})`;
  if (moreThanChance) {
    const text = `${base}: more than chance explains, the nearest are ${namePairs(examples, count)}.`;
    return [{ text, bad: true }];
  }
  if (unmistakable === 0) return [{ text: `${base}: no more than chance explains.`, bad: false }];
  const named = namePairs(examples.slice(0, unmistakable), unmistakable);
  const text = `${base}: no more than chance explains, but for ${formatCount(unmistakable)} that ${unmistakable === 1 ? 'lies' : 'lie'} nearer than a third of what any two real pictures are apart: ${named}.`;
  return [{ text, bad: true }];
}

function namePairs(
  examples: readonly { readonly picture: string; readonly other: string }[],
  count: number,
): string {
  const named = examples.slice(0, MAX_NAMED).map(({ picture, other }) => `${picture} and ${other}`);
  return [...named, ...(count > named.length ? ['and so on'] : [])].join(', ');
}
