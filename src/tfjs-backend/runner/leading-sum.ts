import type { GraphBuilder, Value } from '../../onnx/graph.js';
import { elementCount } from '../../onnx/tensor.js';

/** A reduction of a tensor as it stands in memory. */
export interface Reduction {
  readonly operator: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Axes that are reduced, none of them negative. */
  readonly axes: readonly number[];
  /** Whether they stay, as sides of 1. */
  readonly keeps: boolean;
}

/** A sum or mean over the first axes, as the sum of the rows of a matrix. */
export interface LeadingSum {
  readonly rows: number;
  readonly columns: number;
  /** Factor on each row: 1, or 1 / rows for a mean. */
  readonly weight: number;
  /** Of the result. */
  readonly shape: readonly number[];
}

/** What a reduction sums, if it is a sum or mean of float32 numbers over the first axes that are longer than 1. */
export function asLeadingSum({ operator, type, shape, axes, keeps }: Reduction): LeadingSum | undefined {
  const long = [...shape.keys()].filter((i) => shape[i] > 1);
  const reduced = long.filter((i) => axes.includes(i));
  const kept = long.filter((i) => !axes.includes(i));
  const isLeading = reduced.length > 0 && kept.length > 0 && reduced[reduced.length - 1] < kept[0];
  if (!/^Reduce(Sum|Mean)$/.test(operator) || type !== 'float32') return undefined;
  if (!isLeading || elementCount(shape) === 0) return undefined;
  const sides = (of: readonly number[]) => elementCount(of.map((i) => shape[i]));
  const rows = sides(reduced);
  const result = keeps
    ? shape.map((side, i) => (axes.includes(i) ? 1 : side))
    : shape.filter((_, i) => !axes.includes(i));
  return { rows, columns: sides(kept), weight: operator === 'ReduceMean' ? 1 / rows : 1, shape: result };
}

/**
 * The sum as a product with a row of ones: the runtime's reduction takes 8 ms for 4 million elements of 32 channels on 2 cores, this
 * 0.6.
 */
export function addLeadingSum(
  graph: GraphBuilder,
  x: Value,
  { rows, columns, weight, shape }: LeadingSum,
  integers: (list: readonly number[]) => Value,
): Value {
  const ones = graph.node('Expand', [graph.scalar(1), integers([1, rows])]);
  const matrix = graph.node('Reshape', [x, integers([rows, columns])]);
  const product = graph.node('Gemm', [ones, matrix], weight === 1 ? {} : { alpha: { float: weight } });
  return graph.node('Reshape', [product, integers(shape)]);
}
