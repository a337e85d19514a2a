import type { GraphBuilder, Value } from '../../onnx/graph.js';
import { elementCount } from '../../onnx/tensor.js';
import { LazyValue, type Operation } from '../lazy-value.js';

/** A sum or mean over the first axes, as the sum of the rows of a matrix. */
export interface LeadingSum {
  readonly rows: number;
  readonly columns: number;
  /** What each row counts. */
  readonly weight: number;
  readonly shape: readonly number[];
}

/** What an operation sums, if it is a sum or mean of float32 numbers over the first axes and leaves others. */
export function asLeadingSum({ operator, inputs, attributes }: Operation): LeadingSum | undefined {
  const [x, axes] = inputs;
  if (!/^Reduce(Sum|Mean)$/.test(operator) || !(x instanceof LazyValue) || !Array.isArray(axes))
    return undefined;
  const { shape } = x;
  const isReduced = (i: number) => axes.includes(i) || axes.includes(i - shape.length);
  const long = [...shape.keys()].filter((i) => shape[i] > 1);
  const kept = long.filter((i) => !isReduced(i));
  const reduced = long.filter(isReduced);
  const isLeading = reduced.length > 0 && kept.length > 0 && reduced[reduced.length - 1] < kept[0];
  if (x.type !== 'float32' || !isLeading || elementCount(shape) === 0) return undefined;
  const sides = (axesOf: readonly number[]) => elementCount(axesOf.map((i) => shape[i]));
  const rows = sides(reduced);
  return {
    rows,
    columns: sides(kept),
    weight: operator === 'ReduceMean' ? 1 / rows : 1,
    shape:
      attributes.keepdims === 0
        ? shape.filter((_, i) => !isReduced(i))
        : shape.map((side, i) => (isReduced(i) ? 1 : side)),
  };
}

/**
 * The sum as a product with a row of ones: the runtime's reduction takes 8 ms for 4 million elements of 32 channels on 2 cores, this
 * 0.6.
 *
 * @param x with its axes as the program has them
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
