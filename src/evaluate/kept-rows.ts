import type { SetPlan } from './plan.js';
import type { PreparedSet } from './subject.js';

/** Index in the source of every row: bad pictures that were left out have none. */
export function keptRows({ set }: Pick<SetPlan, 'set'>, { description }: PreparedSet): Int32Array {
  const { entries } = set.source;
  const skipped = new Set(description.skipped.map(({ id }) => id));
  return Int32Array.from(entries.keys()).filter((index) => !skipped.has(entries[index].id));
}
