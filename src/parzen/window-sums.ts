import { GraphBuilder, type Value } from '../onnx/graph.js';
import { openSession, type SessionOptions } from '../onnx/session.js';
import { float64 } from '../onnx/tensor.js';

/** Rows of numbers, float64 [count, width] row-major. */
export interface RowBlock {
  readonly rows: Float64Array;
  readonly count: number;
}

/** Sums of Gaussian windows on ONNX Runtime. */
export interface WindowSums {
  /**
   * log Σⱼ exp(−|xᵢ − yⱼ|² / 2σ²) of each row x of `pictures` over the rows y of `samples`, for each σ: float64 [sigmas, count].
   * The thread is blocked meanwhile.
   *
   * @throws {NetworkError} if the device cannot run it
   */
  compute(pictures: RowBlock, samples: RowBlock): Promise<Float64Array>;
  close(): Promise<void>;
}

/**
 * Opens the sums for some widths of the window. In float64, since |x|² + |y|² − 2x·y takes a small difference of large numbers,
 * which σ² then divides.
 */
export async function openWindowSums(
  sigmas: readonly number[],
  options: Pick<SessionOptions, 'device' | 'threads'> = {},
): Promise<WindowSums> {
  const session = await openSession(windowGraph(sigmas), { ...options, what: 'the Parzen window' });
  return {
    async compute(pictures, samples) {
      const matrix = ({ rows, count }: RowBlock) => float64(rows, [count, rows.length / count]);
      const { sums } = await session.run({ x: matrix(pictures), y: matrix(samples) });
      return sums.data as Float64Array;
    },
    close: () => session.close(),
  };
}

/** One matrix product, −½|x − y|² of all pairs, and a log-sum-exp over them for each σ. */
function windowGraph(sigmas: readonly number[]): Uint8Array {
  const graph = new GraphBuilder('parzen-window', { opset: 18 });
  const x = graph.input('x', 'float64', ['pictures', 'd']);
  const y = graph.input('y', 'float64', ['samples', 'd']);
  const number = (value: number) => graph.scalar(value, 'float64');
  const along = (axis: number) => graph.integers([axis]);
  const overSamples = along(1);
  const halfSquares = (rows: Value) =>
    graph.node('Mul', [graph.node('ReduceSumSquare', [rows, along(1)]), number(0.5)]);

  const products = graph.node('Gemm', [x, y], { transB: 1 });
  const ofY = graph.node('Transpose', [halfSquares(y)]);
  const closeness = graph.node('Sub', [graph.node('Sub', [products, halfSquares(x)]), ofY]);
  // The greatest term of each row is taken out of its sum, so that no sum is 0.
  const greatest = graph.node('ReduceMax', [closeness, overSamples]);
  const below = graph.node('Sub', [closeness, greatest]);
  const sums = sigmas.map((sigma) => {
    const precision = number(1 / sigma ** 2);
    const terms = graph.node('Exp', [graph.node('Mul', [below, precision])]);
    const log = graph.node('Log', [graph.node('ReduceSum', [terms, overSamples])]);
    return graph.node('Add', [log, graph.node('Mul', [greatest, precision])]);
  });
  const columns = graph.node('Concat', sums, { axis: 1 });
  graph.output('sums', graph.node('Transpose', [columns]), 'float64', [sigmas.length, 'pictures']);
  return graph.toBytes();
}
