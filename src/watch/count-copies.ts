import type { EvaluationResult, Findings } from '../documents/result.js';
import type { WatchLine, WatchRepeats } from '../documents/watch.js';

type Copies = Extract<WatchLine, { readonly status: 'scored' }>['copies'];

/** How many samples repeat another sample or a picture of the reference; undefined where none was looked for. */
export function countCopies({ findings, samples }: Pick<EvaluationResult, 'findings' | 'samples'>): Copies {
  const n = samples.count ?? 0;
  if (!findings || n === 0) return undefined;
  const { duplicates, memorized } = findings;
  return { duplicates: sum(duplicates, n), ...(memorized && { memorized: sum(memorized, n) }) };
}

function sum({ exact, near }: Findings['duplicates'], n: number): WatchRepeats {
  return {
    count: exact.count + (near?.count ?? 0),
    exact: exact.count,
    n,
    ...(near && { expected: near.expected }),
    moreThanChance: exact.count > 0 || (near?.moreThanChance ?? false) || (near?.unmistakable ?? 0) > 0,
  };
}
