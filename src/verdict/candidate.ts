import type { VerdictFinding } from '../documents/result-verdict.js';

/** A finding with its rank: the highest come first. */
export interface Candidate {
  readonly finding: VerdictFinding;
  readonly rank: number;
}

/** What comes first whatever else is found: it decides what the other numbers mean. */
const FIRST = 3;
/** What limits the other numbers comes after them. */
const LAST = -1;
const RANKS = { bad: 2, good: 1.5, caution: 1, note: 0 } as const;

/** @param weight effect times evidence, in [0, 1]; orders findings of one severity */
export function candidate(finding: VerdictFinding, weight: number): Candidate {
  return { finding, rank: RANKS[finding.severity] + Math.min(0.99, weight) / 2 };
}

export function firstOfAll(finding: VerdictFinding): Candidate {
  return { finding, rank: FIRST };
}

export function lastOfAll(finding: VerdictFinding): Candidate {
  return { finding, rank: LAST };
}
