import type { PositionResampling } from './spec.js';

/** Sides of the two grids, and how positions get from one to the other. */
export interface GridChange {
  readonly from: number;
  readonly to: number;
  readonly resampling: PositionResampling;
}

/** A row of the grid that is read, and how much of it. */
interface Tap {
  readonly index: number;
  readonly weight: number;
}

/**
 * Learned positions for a grid of another size, in float64 and rounded once.
 *
 * @param positions [from · from, width], row by row
 * @returns [to · to, width]
 */
export function resamplePositions(positions: Float32Array, width: number, change: GridChange): Float32Array {
  const { from, to } = change;
  const taps = Array.from({ length: to }, (_, i) => tapsOf(i, change));
  // First the columns: [from, to, width]; then the rows.
  const narrowed = new Float64Array(from * to * width);
  for (let row = 0; row < from; row++) {
    for (let column = 0; column < to; column++) {
      for (const { index, weight } of taps[column]) {
        const [source, target] = [(row * from + index) * width, (row * to + column) * width];
        for (let i = 0; i < width; i++) narrowed[target + i] += weight * positions[source + i];
      }
    }
  }
  const resampled = new Float64Array(to * to * width);
  for (let row = 0; row < to; row++) {
    for (const { index, weight } of taps[row]) {
      const [source, target] = [index * to * width, row * to * width];
      for (let i = 0; i < to * width; i++) resampled[target + i] += weight * narrowed[source + i];
    }
  }
  return Float32Array.from(resampled);
}

/** DINOv2 adds it to the side before it divides, and PyTorch takes the quotient as the step. */
const DINO_OFFSET = 0.1;

function tapsOf(target: number, { from, to, resampling }: GridChange): Tap[] {
  if (resampling === 'antialiased-bicubic') return antialiasedTaps(target, from, to);
  const step = from / (resampling === 'offset-bicubic' ? to + DINO_OFFSET : to);
  const center = (target + 0.5) * step - 0.5;
  const first = Math.floor(center) - 1;
  return [0, 1, 2, 3].map((i) => ({
    index: Math.min(Math.max(first + i, 0), from - 1),
    weight: cubic(center - (first + i), -0.75),
  }));
}

/** As PyTorch's antialiased interpolation and Pillow: the kernel as wide as the step, cut off at the edges, normalized. */
function antialiasedTaps(target: number, from: number, to: number): Tap[] {
  const step = from / to;
  const stretch = Math.max(step, 1);
  const center = (target + 0.5) * step;
  const first = Math.max(Math.floor(center - 2 * stretch + 0.5), 0);
  const end = Math.min(Math.floor(center + 2 * stretch + 0.5), from);
  const taps = Array.from({ length: end - first }, (_, i) => ({
    index: first + i,
    weight: cubic((first + i - center + 0.5) / stretch, -0.5),
  }));
  const sum = taps.reduce((total, { weight }) => total + weight, 0);
  return taps.map(({ index, weight }) => ({ index, weight: weight / sum }));
}

/** Keys' cubic convolution kernel (1981). */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}
