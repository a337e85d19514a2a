/** Mean of a non-empty list, summed in order so that the same list gives the same bits. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/**
 * Variance of a list, by two passes.
 *
 * @param ddof what is taken from the number of values in the divisor: 0 describes the list, 1 estimates the
 *   variance of where it was drawn from
 */
export function variance(values: ArrayLike<number>, ddof: 0 | 1): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - center) ** 2;
  return sum / (values.length - ddof);
}

/** Square root of `variance`. */
export function standardDeviation(values: ArrayLike<number>, ddof: 0 | 1): number {
  return Math.sqrt(variance(values, ddof));
}

/** Quantile of values sorted ascending, interpolated linearly between neighbors as NumPy's default does. */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

// Coefficients of Wichura's PPND16, from the constant term up: numerator and denominator of each of its three ranges.
const CENTER = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852546,
  ],
];
const SHOULDER = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
];
const TAIL = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
];

const polynomial = (coefficients: readonly number[], x: number) =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const ratio = ([numerator, denominator]: readonly (readonly number[])[], x: number) =>
  polynomial(numerator, x) / polynomial(denominator, x);

/**
 * Quantile of the standard normal distribution, to about 16 digits (Wichura 1988, algorithm AS 241).
 *
 * Why not `@stdlib/stats-base-dists-normal-quantile` (0.3.1): it installs 137 packages (9 MB) for no more digits. `probit` of
 * `simple-statistics` is off by 3e-3 at 0.975.
 *
 * @param probability in (0, 1)
 * @throws {RangeError} if `probability` is out of range
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`expected a probability between 0 and 1 but received ${probability}`);
  }
  const fromCenter = probability - 0.5;
  if (Math.abs(fromCenter) <= 0.425) {
    return fromCenter * ratio(CENTER, 0.180625 - fromCenter * fromCenter);
  }
  const r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  const size = r <= 5 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5);
  return fromCenter < 0 ? -size : size;
}
