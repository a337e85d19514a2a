/** Rows as coordinates in an orthonormal basis of their span. */
export interface SpanOfRows {
  /** Vectors in the basis: n at most. */
  readonly rank: number;
  /** float64 [rank, width] */
  readonly basis: Float64Array;
  /** float64 [n, rank] */
  readonly coordinates: Float64Array;
}

/** What is left of a row below this share of it is rounding. */
const ROUNDING = 1e-9;

/**
 * Finds an orthonormal basis of the span of rows, by Gram and Schmidt with each row orthogonalized twice. A classifier with an L2 penalty
 * has its weights in this span, so that it can be fit to the coordinates: there are fewer of them than features where labels are few.
 *
 * @param x float64 [n, width], row-major
 */
export function spanOfRows(x: Float64Array, width: number): SpanOfRows {
  const n = x.length / width;
  const vectors: Float64Array[] = [];
  const rows: number[][] = [];
  for (let row = 0; row < n; row++) {
    const rest = x.slice(row * width, (row + 1) * width);
    const length = lengthOf(rest);
    const own: number[] = new Array(vectors.length).fill(0);
    for (let pass = 0; pass < 2; pass++) {
      for (const [i, vector] of vectors.entries()) {
        const share = dot(rest, vector);
        own[i] += share;
        for (let j = 0; j < width; j++) rest[j] -= share * vector[j];
      }
    }
    const left = lengthOf(rest);
    if (left > ROUNDING * length) {
      vectors.push(rest.map((each) => each / left));
      own.push(left);
    }
    rows.push(own);
  }
  const rank = vectors.length;
  const basis = new Float64Array(rank * width);
  for (const [i, vector] of vectors.entries()) basis.set(vector, i * width);
  const coordinates = new Float64Array(n * rank);
  for (const [row, own] of rows.entries()) coordinates.set(own, row * rank);
  return { rank, basis, coordinates };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function lengthOf(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}
