import type { ExactCopies, NearCopies } from '../documents/result.js';
import type { VerdictFinding } from '../documents/result-verdict.js';
import { type Candidate, candidate } from './candidate.js';
import type { ResultContent } from './comparisons.js';
import { plural } from './words.js';

/** Fewer may be the pictures' own fault: data sets of real pictures repeat some. */
const NOTABLE_SHARE = 0.02;

interface Repeats {
  readonly exact: ExactCopies;
  readonly near?: NearCopies;
}

/** Samples that repeat each other, and samples that repeat pictures of the reference. */
export function findRepeats({ findings, samples }: ResultContent): Candidate[] {
  const count = samples.count ?? 0;
  if (!findings || count === 0) return [];
  const { duplicates, memorized } = findings;
  return [
    ...describeRepeats('copies', duplicates, count),
    ...(memorized ? describeRepeats('memorized', memorized, count) : []),
  ];
}

const WHAT = {
  copies: { other: 'another sample', meaning: 'there are fewer different samples than pictures' },
  memorized: {
    other: 'a picture of the reference',
    meaning: 'they are memorized, if the reference is what was trained on',
  },
} as const;

function describeRepeats(
  kind: VerdictFinding['kind'] & keyof typeof WHAT,
  { exact, near }: Repeats,
  count: number,
): Candidate[] {
  const { other, meaning } = WHAT[kind];
  const close = near?.moreThanChance ? near.count : (near?.unmistakable ?? 0);
  const all = exact.count + close;
  if (all === 0) return [];
  const share = (all - (near?.moreThanChance ? near.expected : 0)) / count;
  const parts = [
    ...(exact.count > 0
      ? [
          `${plural(exact.count, 'sample')} of ${count.toLocaleString('en-US')} ${exact.count === 1 ? 'repeats' : 'repeat'} ${other} byte for byte`,
        ]
      : []),
    ...(close > 0 ? [describeNear(near as NearCopies, close, other)] : []),
  ];
  const pairs = [...exact.examples, ...(close > 0 ? (near?.examples ?? []) : [])];
  const named = pairs.slice(0, 1).map((pair) => ` (${pair.picture} and ${pair.other})`);
  const severity = share > NOTABLE_SHARE ? 'bad' : 'caution';
  const reference = near && close > 0 && near.moreThanChance ? { reference: near.expected } : {};
  return [
    candidate(
      {
        kind,
        severity,
        n: all,
        value: all / count,
        ...reference,
        sentence: `${parts.join(', and ')}${named.join('')}: ${meaning}.`,
      },
      share,
    ),
  ];
}

function describeNear({ expected, moreThanChance }: NearCopies, count: number, other: string): string {
  const chance = moreThanChance
    ? `where chance gives ${Math.round(expected).toLocaleString('en-US')}`
    : 'nearer than any two real pictures are apart';
  return `${plural(count, 'sample')} nearly ${count === 1 ? 'repeats' : 'repeat'} ${other}, ${chance}`;
}
