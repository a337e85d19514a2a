import type { EvaluationResult } from '../../documents/result.js';
import { isComputed } from './summary.js';

/** A mistake of the network that is made often, and how often it is made with real pictures. */
export interface ListedConfusion {
  readonly class: string;
  readonly takenFor: string;
  readonly count: number;
  readonly n: number;
  /** Of the reference; absent where its counts are not known. */
  readonly real?: { readonly count: number; readonly n: number };
}

/** What the pictures of each class were taken for. */
export interface ListedConfusions {
  readonly classes: readonly string[];
  /** A row for each class; the last column holds the network's other classes. Absent for many classes. */
  readonly counts?: readonly (readonly number[])[];
  readonly largest: readonly ListedConfusion[];
}

/** The confusions of class accuracy; nothing for a result without them. */
export function listConfusions({ metrics }: EvaluationResult): ListedConfusions | undefined {
  const entries = metrics.filter(isComputed).filter(({ confusion }) => confusion !== undefined);
  const own = entries.find(({ subject }) => subject === 'samples');
  if (!own?.confusion) return undefined;
  const real = entries.find(({ subject, id }) => subject === 'reference' && id === own.id);
  const realNames = (real?.perClass ?? []).map((one) => one.class);
  const realCount = (name: string, takenFor: string) => {
    const row = real?.confusion?.counts?.[realNames.indexOf(name)];
    const column = realNames.indexOf(takenFor);
    if (!row || column === -1) return undefined;
    return { count: row[column], n: row.reduce((sum, each) => sum + each, 0) };
  };
  return {
    classes: (own.perClass ?? []).map((one) => one.class),
    ...(own.confusion.counts && { counts: own.confusion.counts }),
    largest: own.confusion.largest.map((pair) => {
      const beside = realCount(pair.class, pair.takenFor);
      return { ...pair, ...(beside && { real: beside }) };
    }),
  };
}
