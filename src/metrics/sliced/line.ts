// Optimal transport between two sets of numbers, each sorted ascending, every number of a set with the same mass.

/** The squared Wasserstein distance, ∫₀¹ (F⁻¹(t) − G⁻¹(t))² dt, exactly, of sets of any two sizes. */
export function squaredWasserstein(x: Float64Array, y: Float64Array): number {
  const [n, m] = [x.length, y.length];
  // Mass in units of 1/(nm), of which each number of x has m and each of y has n.
  let [i, j, done, sum] = [0, 0, 0, 0];
  while (i < n && j < m) {
    const next = Math.min((i + 1) * m, (j + 1) * n);
    const difference = x[i] - y[j];
    sum += difference * difference * (next - done);
    done = next;
    if (done === (i + 1) * m) i++;
    if (done === (j + 1) * n) j++;
  }
  return sum / (n * m);
}

/**
 * The function whose mean over the one set changes with the squared Wasserstein distance when a number of that set is moved
 * (a Kantorovich potential): its slope at t is 2 · (t − T(t)), with T(t) where t is transported to.
 *
 * @param own the set that t is of
 * @param other the set that it is transported to
 * @param at ascending
 * @returns its values at `at`, up to a constant
 */
export function transportPotential(own: Float64Array, other: Float64Array, at: Float64Array): Float64Array {
  const values = new Float64Array(at.length);
  let known = 0;
  // How many numbers of `own` are left of t.
  let below = 0;
  for (let q = 0; q < at.length; q++) {
    const t = at[q];
    while (below < own.length && own[below] <= t) {
      if (below > 0) known += rise(own[below - 1], own[below], targetBetween(below, own.length, other));
      below++;
    }
    const from = own[Math.max(0, below - 1)];
    values[q] = known + rise(from, t, targetBetween(below, own.length, other));
  }
  return values;
}

/** ∫ 2 · (s − target) ds from one number to another. */
function rise(from: number, to: number, target: number): number {
  return (to - from) * (to + from - 2 * target);
}

/** Where the numbers between the one that is `below`-th and the next are transported to. */
function targetBetween(below: number, count: number, other: Float64Array): number {
  if (below === 0) return other[0];
  if (below === count) return other[other.length - 1];
  const place = below * other.length;
  const index = Math.floor(place / count);
  // Between two numbers of the other set, either would do.
  return place % count === 0 ? (other[index - 1] + other[index]) / 2 : other[index];
}
