import { gammaln } from 'simple-statistics';

// Why not `@stdlib/stats-base-dists-t-cdf` and `-quantile` (0.2.3): together they install 233 packages (17 MB) and take half a second to
// load. Against values of 40 digits, for 0.5 to a million degrees of freedom, the largest relative error was 1.3e-14 there and 1.3e-9
// here (3e-14 up to 100 degrees of freedom), where a p-value is printed with two digits and a quantile widens an interval.
// `simple-statistics`, which gives `gammaln`, has no t distribution.

const MAX_TERMS = 20_000;

/**
 * P(T > t) for Student's t distribution, accurate in the tail too.
 *
 * @param df degrees of freedom, > 0, need not be whole
 * @throws {RangeError} if `df` is not above 0
 */
export function computeStudentTail(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`expected degrees of freedom above 0 but received ${df}`);
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const x = df / (df + t * t);
  const y = (t * t) / (df + t * t);
  const tail = incompleteBeta({ x, y, a: df / 2, b: 0.5 }) / 2;
  return t >= 0 ? tail : 1 - tail;
}

/**
 * The t that Student's distribution stays below with this probability, by bisection.
 *
 * @param probability in (0, 1)
 * @param df degrees of freedom, > 0
 * @throws {RangeError} if either is out of range
 */
export function studentQuantile(probability: number, df: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`expected a probability between 0 and 1 but received ${probability}`);
  }
  if (probability === 0.5) return 0;
  const tail = Math.min(probability, 1 - probability);
  let [low, high] = [0, 1];
  while (computeStudentTail(high, df) > tail && high < Number.MAX_VALUE / 2) [low, high] = [high, 2 * high];
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (computeStudentTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return probability < 0.5 ? -high : high;
}

/** A point x of the beta distribution with y = 1 − x, given separately because 1 − x loses the digits of a small y. */
interface BetaPoint {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
}

/** The regularized incomplete beta function I_x(a, b), from whichever end the continued fraction converges fast. */
function incompleteBeta({ x, y, a, b }: BetaPoint): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log(y));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(y, b, a)) / b;
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = Number.MIN_VALUE / Number.EPSILON;
  const apartFromZero = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let d = 1 / apartFromZero(1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let result = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / apartFromZero(1 + term * d);
      c = apartFromZero(1 + term / c);
      result *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return result;
}
