/** A function's value at a place, and its gradient there. */
export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** When `minimize` ends. */
export interface MinimizeOptions {
  /** No component of the gradient is larger. */
  readonly tolerance: number;
  /** Evaluations of the function, at most. */
  readonly evaluations: number;
}

/** Pairs of steps and changes of the gradient that are remembered. */
const MEMORY = 10;
/** Share of the expected decrease that a step must bring (Armijo). */
const SUFFICIENT = 1e-4;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** step · change, above 0. */
  readonly product: number;
}

/**
 * Minimizes a smooth convex function by limited-memory BFGS (Nocedal and Wright 2006, algorithm 7.5) with steps that are halved until
 * they bring enough. Ends early where rounding leaves no step that does.
 *
 * @param f the function
 * @param start where it begins; it is not changed
 * @param options when it ends
 * @returns the place of the least value that was found
 */
export function minimize(
  f: (x: Float64Array) => ValueAndGradient,
  start: Float64Array,
  { tolerance, evaluations }: MinimizeOptions,
): Float64Array {
  let x = Float64Array.from(start);
  let at = f(x);
  let left = evaluations - 1;
  const pairs: Pair[] = [];
  while (at.gradient.some((each) => Math.abs(each) > tolerance)) {
    const direction = descend(at.gradient, pairs);
    const slope = dot(direction, at.gradient);
    // Without a memory of the curvature, the first step has length 1 at most.
    let length = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    for (; ; length /= 2) {
      if (left-- <= 0) return x;
      const next = x.map((each, i) => each + length * direction[i]);
      if (next.every((each, i) => each === x[i])) return x;
      const there = f(next);
      if (!(there.value <= at.value + SUFFICIENT * length * slope)) continue;
      const step = next.map((each, i) => each - x[i]);
      const change = there.gradient.map((each, i) => each - at.gradient[i]);
      const product = dot(step, change);
      if (product > 0) pairs.push({ step, change, product });
      if (pairs.length > MEMORY) pairs.shift();
      [x, at] = [next, there];
      break;
    }
  }
  return x;
}

/** −H·gradient, H being the inverse Hessian as the pairs have it. */
function descend(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((each) => -each);
  const shares: number[] = [];
  for (const { step, change, product } of pairs.toReversed()) {
    const share = dot(step, q) / product;
    shares.unshift(share);
    addScaled(q, change, -share);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.product / dot(last.change, last.change);
    for (let i = 0; i < q.length; i++) q[i] *= scale;
  }
  for (const [i, { step, change, product }] of pairs.entries()) {
    addScaled(q, step, shares[i] - dot(change, q) / product);
  }
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(to: Float64Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < to.length; i++) to[i] += scale * values[i];
}
