/** A straight line through the points (1/size, distance), and its value at 1/size = 0. */
export interface Extrapolation {
  readonly intercept: number;
  readonly slope: number;
  /** What each distance adds to the intercept: intercept = Σ weight · distance, and the weights add up to 1. */
  readonly weights: readonly number[];
  /** Variance of the intercept from the scatter of the points about the line. */
  readonly scatter: number;
}

/** Fits the line by least squares. */
export function extrapolate(sizes: readonly number[], distances: readonly number[]): Extrapolation {
  const count = sizes.length;
  const x = sizes.map((size) => 1 / size);
  const mean = x.reduce((sum, each) => sum + each, 0) / count;
  const spread = x.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const weights = x.map((each) => 1 / count - (mean * (each - mean)) / spread);
  const intercept = weights.reduce((sum, weight, i) => sum + weight * distances[i], 0);
  const slope = x.reduce((sum, each, i) => sum + ((each - mean) / spread) * distances[i], 0);
  const squares = x.reduce((sum, each, i) => sum + (distances[i] - intercept - slope * each) ** 2, 0);
  const ofPoint = squares / (count - 2);
  return { intercept, slope, weights, scatter: ofPoint * weights.reduce((sum, each) => sum + each ** 2, 0) };
}
