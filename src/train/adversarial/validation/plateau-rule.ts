/** What is left of the learning rates at each plateau but the last one. */
const FACTOR = 0.25;
/** Plateaus of a run; the last one ends it. */
const PLATEAUS = 3;

/** How a run goes on by the values so far. */
export interface PlateauState {
  /** Factor on the learning rates of both networks. */
  readonly rate: number;
  /** Whether it is at its end. */
  readonly isOver: boolean;
}

/**
 * The rule of `stopEarly`: where none of `patience` values in a row is below the least before, the run is on a plateau. At the first and
 * the second one, learning rates fall to a quarter; at the third one it ends. It follows from the values alone.
 *
 * @param values one for each score, in order; less is better
 * @param patience values without a new least one, an integer of 1 or more
 */
export function judgePlateaus(values: readonly number[], patience: number): PlateauState {
  let least = Number.POSITIVE_INFINITY;
  let since = 0;
  let plateaus = 0;
  for (const value of values) {
    since = value < least ? 0 : since + 1;
    least = Math.min(least, value);
    if (since === patience) {
      plateaus++;
      since = 0;
      if (plateaus === PLATEAUS) break;
    }
  }
  return {
    rate: FACTOR ** Math.min(plateaus, PLATEAUS - 1),
    isOver: plateaus === PLATEAUS,
  };
}
