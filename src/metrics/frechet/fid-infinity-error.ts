/**
 * How much more the intercept varies with the rows than the distance of all rows does, to first order: the distance
 * of a subset is off by the mean influence of its rows, so that a row counts Σ weight/size over the subsets that hold it.
 * A variance ratio; 1 if all rows counted alike.
 */
export function computeInflation(sizes: readonly number[], weights: readonly number[]): number {
  const count = sizes[sizes.length - 1];
  let squares = 0;
  let share = 0;
  // From the largest subset down: a row of a smaller one is in all that are larger.
  for (let i = sizes.length - 1; i >= 0; i--) {
    share += weights[i] / sizes[i];
    squares += (sizes[i] - (sizes[i - 1] ?? 0)) * share ** 2;
  }
  return count * squares;
}
