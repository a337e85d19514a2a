import type { DeviceChoice } from '../devices/device-choices.js';
import { GraphBuilder, type Value } from './graph.js';
import { openSession, type Session } from './session.js';
import { float32, float64, int64, type TensorData } from './tensor.js';

/** A block of rows of one width, as they are and less a point near them. */
export interface CenteredRows {
  /** [n, width] */
  readonly rows: Float32Array;
  /** [n, width], the rows less the center, rounded to float32 */
  readonly centered: Float32Array;
  /** Squared lengths of the centered rows, summed in float64, [n] */
  readonly norms: Float64Array;
}

/** The element type in which distances are computed. */
export type Precision = 'float32' | 'float64';

/** Two blocks, and which of their pairs are wanted: those at most as far apart as the limit of the row of x, or of the row of y. */
export interface PairQuery {
  readonly x: CenteredRows;
  readonly y: CenteredRows;
  /** What was subtracted, [width]. Distances do not depend on it, but their rounding errors are relative to the lengths of centered rows. */
  readonly center: Float32Array;
  /** Squared distance for each row of x, [m] */
  readonly ofX: Float64Array;
  /** Squared distance for each row of y, [n]. @default no pair by rows of y */
  readonly ofY?: Float64Array;
  /** Makes limits of rows of x out of the distances themselves. */
  readonly nearest?: NearestLimits;
}

/** A row of x also takes at least what is within `slack` of its nearest of this rank in the block, if that is within `caps`. */
export interface NearestLimits {
  /** From 1. */
  readonly rank: number;
  readonly caps: Float64Array;
  readonly slack: Float64Array;
}

/** Pairs and their squared distances. */
export interface NearPairs {
  /** Row of x times n, plus row of y; ascending. */
  readonly at: Int32Array;
  readonly squared: Float32Array | Float64Array;
}

/** A search among all pairs of two blocks on the runtime's kernels. Only the pairs that are wanted leave it. */
export interface PairSearch {
  /**
   * Finds the pairs. Blocks the thread.
   *
   * @throws {NetworkError} if the device cannot run it
   */
  find(query: PairQuery, precision: Precision): Promise<NearPairs>;
  /** Frees the sessions. */
  close(): Promise<void>;
}

/** Opens the search. The model of each kind of query is opened on first use. */
export function openPairSearch(options: {
  readonly device?: DeviceChoice;
  readonly threads?: number;
}): PairSearch {
  const sessions = new Map<string, Promise<Session>>();
  const sessionFor = (precision: Precision, ranked: boolean): Promise<Session> => {
    const key = `${precision} ${ranked}`;
    let session = sessions.get(key);
    if (!session) {
      session = openSession(pairModel(precision, ranked), { ...options, what: 'the distances' });
      sessions.set(key, session);
    }
    return session;
  };
  return {
    async find(query, precision) {
      const session = await sessionFor(precision, query.nearest !== undefined);
      const found = await session.run(feedsOf(query, precision), ['at', 'squared']);
      return {
        at: found.at.data as Int32Array,
        squared: found.squared.data as Float32Array | Float64Array,
      };
    },
    async close() {
      const opened = [...sessions.values()];
      sessions.clear();
      for (const session of opened) await (await session).close();
    },
  };
}

function feedsOf(query: PairQuery, precision: Precision): Record<string, TensorData> {
  const { x, y, center, ofX, nearest } = query;
  const width = center.length;
  const [m, n] = [x.norms.length, y.norms.length];
  const ofY = query.ofY ?? new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const rank = Math.min(nearest?.rank ?? 1, n);
  const group = groupSize(n, rank);
  const limits = precision === 'float32' ? roundUp : float64;
  return {
    ...(precision === 'float32'
      ? {
          x: float32(x.centered, [m, width]),
          y: float32(y.centered, [n, width]),
          x_norms: float32(Float32Array.from(x.norms), [m, 1]),
          y_norms: float32(Float32Array.from(y.norms), [1, n]),
        }
      : {
          x: float32(x.rows, [m, width]),
          y: float32(y.rows, [n, width]),
          center: float32(center, [width]),
        }),
    of_x: limits(ofX, [m, 1]),
    of_y: limits(ofY, [n]),
    groups_a_row: int64([n / group]),
    group: int64([group]),
    ...(nearest && {
      rank: int64([rank]),
      caps: limits(nearest.caps, [m, 1]),
      slack: limits(nearest.slack, [m, 1]),
    }),
  };
}

/** Pairs of a row that are looked at together: few rows of y have no such size, and as many groups as the rank must be left. */
function groupSize(n: number, rank: number): number {
  let size = LARGEST_GROUP;
  while (n % size !== 0 || n / size < rank) size /= 2;
  return size;
}

function roundUp(values: Float64Array, shape: readonly number[]): TensorData {
  const rounded = Float32Array.from(values, (value) => {
    const near = Math.fround(value);
    return near >= value ? near : near + Math.abs(near) * 2 ** -22 + 2 ** -148;
  });
  return float32(rounded, shape);
}

/**
 * Squared distances |xᵢ − yⱼ|², and those of them at most a limit of i or of j, with their places. The least of each group of pairs of a row
 * tells first which groups have one: finding places among all pairs takes four times as long.
 */
function pairModel(precision: Precision, ranked: boolean): Uint8Array {
  const graph = new GraphBuilder('near-pairs', { opset: 17 });
  const { lessXNorms, xNorms } = (precision === 'float32' ? distances : distancesFromRows)(graph);
  const groupsARow = graph.input('groups_a_row', 'int64', [1]);
  const group = graph.input('group', 'int64', [1]);
  const reshape = (value: Value, ...sides: Value[]) =>
    graph.node('Reshape', [value, graph.node('Concat', sides, { axis: 0 })]);
  const [same, rest] = [graph.integers([0]), graph.integers([-1])];
  const least = graph.node('ReduceMin', [reshape(lessXNorms, same, groupsARow, group)], {
    axes: [2],
    keepdims: 0,
  });
  const leastSquared = graph.node('Add', [least, xNorms]);
  const ofX = limitsOfX(graph, leastSquared, { precision, ranked });
  const ofY = reshape(graph.input('of_y', precision, ['n']), groupsARow, group);
  const largestOfY = graph.node('ReduceMax', [ofY], { axes: [1], keepdims: 0 });
  const groups = placesWithin(graph, leastSquared, graph.node('Max', [ofX, largestOfY]));

  const row = graph.node('Div', [groups, groupsARow]);
  const column = graph.node('Sub', [groups, graph.node('Mul', [row, groupsARow])]);
  const gather = (value: Value, indices: Value) => graph.node('Gather', [value, indices], { axis: 0 });
  const ofGroups = gather(reshape(lessXNorms, rest, group), groups);
  const squared = graph.node('Add', [ofGroups, gather(xNorms, row)]);
  const limits = graph.node('Max', [gather(ofX, row), gather(ofY, column)]);
  const found = placesWithin(graph, squared, limits);
  const foundGroup = graph.node('Div', [found, group]);
  const inGroup = graph.node('Sub', [found, graph.node('Mul', [foundGroup, group])]);
  const at = graph.node('Add', [graph.node('Mul', [gather(groups, foundGroup), group]), inGroup]);
  graph.output('at', graph.cast(at, 'int32'), 'int32', ['found']);
  graph.output('squared', gather(reshape(squared, rest), found), precision, ['found']);
  return graph.toBytes();
}

interface LimitKind {
  readonly precision: Precision;
  readonly ranked: boolean;
}

/** The limits of rows of x, [m, 1]. The k-th of the least of groups is no nearer than the k-th of all. */
function limitsOfX(graph: GraphBuilder, leastSquared: Value, { precision, ranked }: LimitKind): Value {
  const ofX = graph.input('of_x', precision, ['m', 1]);
  if (!ranked) return ofX;
  const [nearest] = graph.nodes('TopK', [leastSquared, graph.input('rank', 'int64', [1])], 2, { largest: 0 });
  const last = graph.node('ReduceMax', [nearest], { axes: [1], keepdims: 1 });
  const reached = graph.node('Add', [last, graph.input('slack', precision, ['m', 1])]);
  const capped = graph.node('Min', [reached, graph.input('caps', precision, ['m', 1])]);
  return graph.node('Max', [ofX, capped]);
}

/** Where numbers are at most their limits, as indices of the flat array, ascending. */
function placesWithin(graph: GraphBuilder, values: Value, limits: Value): Value {
  const flat = (value: Value) => graph.node('Reshape', [value, graph.integers([-1])]);
  return flat(graph.node('NonZero', [flat(graph.node('LessOrEqual', [values, limits]))]));
}

/** From centered rows and their norms: what is summed outside the product has no rounding error that grows with the width. */
function distances(graph: GraphBuilder): SquaredDistances {
  const [x, y] = [graph.input('x', 'float32', ['m', 'd']), graph.input('y', 'float32', ['n', 'd'])];
  const [xNorms, yNorms] = [
    graph.input('x_norms', 'float32', ['m', 1]),
    graph.input('y_norms', 'float32', [1, 'n']),
  ];
  return addNorms(graph, { x, y, xNorms, yNorms });
}

/** The same in float64 from the rows as they are. */
function distancesFromRows(graph: GraphBuilder): SquaredDistances {
  const rows = (name: string, shape: string[]) => graph.cast(graph.input(name, 'float32', shape), 'float64');
  const center = rows('center', ['d']);
  const x = graph.node('Sub', [rows('x', ['m', 'd']), center]);
  const y = graph.node('Sub', [rows('y', ['n', 'd']), center]);
  const norms = (block: Value) => graph.node('ReduceSumSquare', [block], { axes: [1], keepdims: 1 });
  const yNorms = graph.node('Transpose', [norms(y)], { perm: [1, 0] });
  return addNorms(graph, { x, y, xNorms: norms(x), yNorms });
}

/** Squared distances in two parts, of which the first is [m, n]. */
interface SquaredDistances {
  readonly lessXNorms: Value;
  readonly xNorms: Value;
}

type Side = 'x' | 'y' | 'xNorms' | 'yNorms';

/** The norms are no bias of the product: that would be rounded at each step of its sums. */
function addNorms(
  graph: GraphBuilder,
  { x, y, xNorms, yNorms }: Readonly<Record<Side, Value>>,
): SquaredDistances {
  const product = graph.node('Gemm', [x, y], { alpha: { float: -2 }, transB: 1 });
  return { lessXNorms: graph.node('Add', [product, yNorms]), xNorms };
}

/** The largest number of pairs that are looked at together; a power of two. */
const LARGEST_GROUP = 16;

const UNIT: Readonly<Record<Precision, number>> = { float32: 2 ** -24, float64: 2 ** -53 };
/** Products may be flushed to zero below this. */
const SMALLEST = 2 ** -125;

/**
 * A bound of the absolute error of squared distances, from the squared lengths of the two centered rows. A sum of `width` products in any
 * order is off by at most `width` roundings of Σ|xₖ·yₖ| ≤ |x|·|y| (Higham 2002, section 3.1). In float64 that holds for the norms too.
 * Centering, the roundings of the norms, and adding are a few roundings of |x|² + |y|² more.
 *
 * @param width of the rows
 */
export function errorBound(width: number, precision: Precision): (xNorm: number, yNorm: number) => number {
  const unit = UNIT[precision];
  const gamma = (1.001 * (width * unit)) / (1 - width * unit);
  if (precision === 'float64') return (x, y) => (2 * gamma + 32 * unit) * (x + y);
  const tiny = (width + 16) * SMALLEST;
  return (x, y) => 2 * gamma * Math.sqrt(x * y) + 32 * unit * (x + y) + tiny;
}
