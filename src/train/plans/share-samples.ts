import type { TrainedModel } from './choose-groups.js';

/** Samples of a set that come from one group. */
export interface GroupShare {
  readonly model: TrainedModel;
  /** Class index of each within the group, in the order of the set. */
  readonly own: Int32Array;
  /** Place of each in the set. */
  readonly places: Int32Array;
}

/**
 * Shares the samples of a set out over the groups that know their classes. In the order of the groups, the samples of each are then those
 * that its own run draws of these classes.
 *
 * @param labels class index of each sample of the set
 * @param classNames of all groups together
 * @returns shares of the groups that have any
 */
export function shareSamples(
  models: readonly TrainedModel[],
  classNames: readonly string[],
  labels: Int32Array,
): GroupShare[] {
  const knows = new Map(
    models.flatMap(({ group }, index) =>
      group.classes.map((name, own) => [classNames.indexOf(name), { index, own }] as const),
    ),
  );
  const counts = new Int32Array(models.length);
  for (const label of labels) counts[(knows.get(label) as Knowledge).index]++;
  const shares = models.map((model, index) => ({
    ...{ model, own: new Int32Array(counts[index]), places: new Int32Array(counts[index]) },
  }));
  const filled = new Int32Array(models.length);
  for (const [place, label] of labels.entries()) {
    const { index, own } = knows.get(label) as Knowledge;
    shares[index].own[filled[index]] = own;
    shares[index].places[filled[index]++] = place;
  }
  return shares.filter(({ own }) => own.length > 0);
}

/** Which group knows a class, and the class's index there. */
interface Knowledge {
  readonly index: number;
  readonly own: number;
}
