import type { DeviceChoice } from './device-choices.js';
import { GraphBuilder } from './graph.js';
import { openSession, type Session } from './session.js';
import { float32 } from './tensor.js';

/** Two blocks of rows of one width, and a point near both. */
export interface DistanceBlocks {
  /** [m, width] */
  readonly x: Float32Array;
  /** [n, width] */
  readonly y: Float32Array;
  /** [width]. Distances do not depend on it, but their rounding errors are relative to the rows' distances from it. */
  readonly center: Float32Array;
  readonly width: number;
}

/** Squared Euclidean distances of all pairs, with a bound of the error of each row. */
export interface DistanceTile {
  /** [m, n] */
  readonly values: Float32Array | Float64Array;
  /** Bound of the absolute error of the values of row i, [m] */
  readonly errors: Float64Array;
}

/** Distances of two blocks. */
export interface DistanceTiles {
  /** By row of x, and by row of y if both were asked for. */
  readonly ofX: DistanceTile;
  readonly ofY?: DistanceTile;
}

/** The element type in which distances are computed. */
export type Precision = 'float32' | 'float64';

/** Pairwise distances on the runtime's kernels. */
export interface SquaredDistances {
  /**
   * Computes the distances. Blocks the thread.
   *
   * @param blocks rows and a point near them
   * @param precision of the computation
   * @param both whether the distances are returned by row of y too
   * @throws {NetworkError} if the device cannot run it
   */
  compute(blocks: DistanceBlocks, precision: Precision, both: boolean): Promise<DistanceTiles>;
  /** Frees the sessions. */
  close(): Promise<void>;
}

const ROUNDING: Readonly<Record<Precision, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

/** Opens the distances. The model of each precision is opened on first use. */
export function openSquaredDistances(options: {
  readonly device?: DeviceChoice;
  readonly threads?: number;
}): SquaredDistances {
  const sessions = new Map<Precision, Promise<Session>>();
  const sessionFor = (precision: Precision): Promise<Session> => {
    let session = sessions.get(precision);
    if (!session) {
      session = openSession(distanceModel(precision), { ...options, what: 'the distances' });
      sessions.set(precision, session);
    }
    return session;
  };
  return {
    async compute({ x, y, center, width }, precision, both) {
      const [m, n] = [x.length / width, y.length / width];
      const session = await sessionFor(precision);
      const feeds = {
        x: float32(x, [m, width]),
        y: float32(y, [n, width]),
        center: float32(center, [width]),
      };
      const found = await session.run(feeds, ['xy', 'x_norms', 'y_norms', ...(both ? ['yx'] : [])]);
      const [xNorms, yNorms] = [found.x_norms.data, found.y_norms.data] as [Values, Values];
      const tile = (name: string, own: Values, others: Values) => ({
        values: found[name].data as Values,
        errors: boundErrors(own, others, width, precision),
      });
      return { ofX: tile('xy', xNorms, yNorms), ...(both && { ofY: tile('yx', yNorms, xNorms) }) };
    },
    async close() {
      const opened = [...sessions.values()];
      sessions.clear();
      for (const session of opened) await (await session).close();
    },
  };
}

type Values = Float32Array | Float64Array;

/**
 * Error bounds of |x|² + |y|² − 2·x·y: the error of each of the three sums of `width` products is at most `width` roundings of its size
 * (Higham 2002, section 3.1), |x·y| ≤ (|x|² + |y|²)/2, and centering and adding take a few roundings more.
 */
function boundErrors(own: Values, others: Values, width: number, precision: Precision): Float64Array {
  let largest = 0;
  for (let j = 0; j < others.length; j++) largest = Math.max(largest, others[j]);
  const unit = (2 * width + 16) * ROUNDING[precision];
  return Float64Array.from(own, (norm) => unit * (norm + largest));
}

/** xy[i, j] = |xᵢ − yⱼ|², yx its transpose, and the squared distances of the rows from the center. */
function distanceModel(precision: Precision): Uint8Array {
  const graph = new GraphBuilder('squared-distances', { opset: 17 });
  const rows = (name: string, count: string) =>
    graph.cast(graph.input(name, 'float32', [count, 'd']), precision);
  const [x, y] = [rows('x', 'm'), rows('y', 'n')];
  const center = graph.cast(graph.input('center', 'float32', ['d']), precision);
  const [xCentered, yCentered] = [graph.node('Sub', [x, center]), graph.node('Sub', [y, center])];
  const norms = (block: typeof x) => graph.node('ReduceSumSquare', [block], { axes: [1], keepdims: 1 });
  const [xNorms, yNorms] = [norms(xCentered), norms(yCentered)];
  const yNormsInColumns = graph.node('Transpose', [yNorms], { perm: [1, 0] });
  const gemm = graph.node('Gemm', [xCentered, yCentered, yNormsInColumns], {
    alpha: { float: -2 },
    transB: 1,
  });
  const xy = graph.node('Add', [gemm, xNorms]);
  graph.output('xy', xy, precision, ['m', 'n']);
  graph.output('yx', graph.node('Transpose', [xy], { perm: [1, 0] }), precision, ['n', 'm']);
  graph.output('x_norms', xNorms, precision, ['m', 1]);
  graph.output('y_norms', yNorms, precision, ['n', 1]);
  return graph.toBytes();
}
