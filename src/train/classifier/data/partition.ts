import { ImagesError } from '../../../core/errors.js';
import { rngFor } from '../../loop/rng-for.js';
import { type LabeledSet, takeRows } from '../../pictures/labeled-set.js';

const PARTITION = 2;
const MIN_PICTURES = 20;

/** Splits a set in two at random, every class in the same proportion as far as whole pictures allow. */
export function splitByClass(
  set: LabeledSet,
  share: number,
  seed: number,
): { readonly kept: LabeledSet; readonly held: LabeledSet } {
  const order = rngFor(seed, PARTITION, set.count).permutation(set.count);
  const quotas = set.classNames.map((_, label) => share * set.labels.filter((each) => each === label).length);
  const taken = quotas.map(() => 0);
  const [kept, held]: [number[], number[]] = [[], []];
  for (const row of order) {
    const label = set.labels[row];
    if (taken[label] < Math.round(quotas[label])) {
      taken[label]++;
      held.push(row);
    } else kept.push(row);
  }
  // In their old order, which reads memory forwards.
  return { kept: takeRows(set, kept.sort(ascending)), held: takeRows(set, held.sort(ascending)) };
}

const ascending = (a: number, b: number) => a - b;

/** Share of the training pictures that are kept back to fit the temperature and to show progress on. */
export function validationShare(count: number): number {
  if (count < MIN_PICTURES) {
    throw new ImagesError(`${count} labeled pictures are too few to train on: give ${MIN_PICTURES} or more.`);
  }
  return Math.max(0.02, Math.min(0.1, 500 / count));
}
