import type { DeviceChoice } from './devices.js';
import { GraphBuilder } from './graph.js';
import { openSession, type Session } from './session.js';
import { float32 } from './tensor.js';

/** Two blocks of rows of one width, and a point near both from which they are seen. */
export interface DistanceBlocks {
  /** [m, width] */
  readonly x: Float32Array;
  /** [n, width] */
  readonly y: Float32Array;
  /** [width]; distances don't depend on it, but their rounding is relative to the rows' distances from it. */
  readonly center: Float32Array;
  readonly width: number;
}

/** Squared Euclidean distances of all pairs, each within its row's bound of the exact one. */
export interface DistanceTile {
  /** [m, n] */
  readonly values: Float32Array | Float64Array;
  /** Most by which a value of row i may be off, [m] */
  readonly errors: Float64Array;
}

export interface DistanceTiles {
  /** Row by row of x, and of y where it is asked for. */
  readonly ofX: DistanceTile;
  readonly ofY?: DistanceTile;
}

export type Precision = 'float32' | 'float64';

/** Pairwise distances on the runtime's kernels. */
export interface SquaredDistances {
  /** Throws NetworkError if the device cannot run it. The thread is blocked meanwhile. */
  compute(blocks: DistanceBlocks, precision: Precision, both: boolean): Promise<DistanceTiles>;
  /** Frees the sessions. */
  close(): Promise<void>;
}

const ROUNDING: Readonly<Record<Precision, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

/** Opens the distances; the model of each precision is opened when it is first used. */
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
 * Bounds of |x|² + |y|² − 2·x·y: each of the three sums of `width` products is off by at most width roundings of its size
 * (Higham 2002, section 3.1), |x·y| ≤ (|x|² + |y|²)/2, and centering and adding up cost a few more.
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
  const seen = (name: string, rows: string) =>
    graph.cast(graph.input(name, 'float32', [rows, 'd']), precision);
  const [x, y] = [seen('x', 'm'), seen('y', 'n')];
  const center = graph.cast(graph.input('center', 'float32', ['d']), precision);
  const [xCenterd, yCenterd] = [graph.node('Sub', [x, center]), graph.node('Sub', [y, center])];
  const norms = (rows: typeof x) => graph.node('ReduceSumSquare', [rows], { axes: [1], keepdims: 1 });
  const [xNorms, yNorms] = [norms(xCenterd), norms(yCenterd)];
  const across = graph.node('Transpose', [yNorms], { perm: [1, 0] });
  const gemm = graph.node('Gemm', [xCenterd, yCenterd, across], { alpha: { float: -2 }, transB: 1 });
  const xy = graph.node('Add', [gemm, xNorms]);
  graph.output('xy', xy, precision, ['m', 'n']);
  graph.output('yx', graph.node('Transpose', [xy], { perm: [1, 0] }), precision, ['n', 'm']);
  graph.output('x_norms', xNorms, precision, ['m', 1]);
  graph.output('y_norms', yNorms, precision, ['n', 1]);
  return graph.toBytes();
}
