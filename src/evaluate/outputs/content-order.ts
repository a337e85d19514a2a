import type { Inspections } from '../../images/inspections.js';

/** The rows of a set: pictures by index in the source, and their classes. */
export interface LabeledRows {
  readonly inspections: Inspections;
  readonly kept: Int32Array;
  readonly labels?: Int32Array;
}

/**
 * The rows of a set in an order that no name decides: by the digests of their pictures, and of equal ones by class. Rows that are
 * equal in both stand for one another, whichever comes first.
 */
export function orderByContent({ inspections, kept, labels }: LabeledRows): Int32Array {
  const prefixes = Float64Array.from(kept, (index) => inspections.prefix(index));
  return Int32Array.from(kept.keys()).sort(
    (a, b) =>
      prefixes[a] - prefixes[b] ||
      inspections.compareDigests(kept[a], inspections, kept[b]) ||
      (labels ? labels[a] - labels[b] : 0),
  );
}
