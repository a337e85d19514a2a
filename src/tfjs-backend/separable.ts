import { apply, LazyValue } from './lazy-value.js';
import { transpose } from './rearrange.js';

/**
 * A linear map of one side of a picture to another: what position `to` takes from position `from`. Sums of them act as a
 * matrix, so the gradient is the transposed one.
 */
export interface SideMap {
  readonly from: number;
  readonly to: number;
  /** Calls `add(to, from, weight)` for each weight; those of one pair of positions add up. */
  readonly weights: (add: (to: number, from: number, weight: number) => void) => void;
}

/** Applies a map to the rows and one to the columns of pictures [N, C, rows, columns]. */
export function mapSides(pictures: LazyValue, rows: SideMap, columns: SideMap): LazyValue {
  return products(pictures, matrixOf(rows), transpose(matrixOf(columns), [1, 0]));
}

/** The gradient of `mapSides`: from pictures with the sides `to` to pictures with the sides `from`. */
export function mapSidesBack(pictures: LazyValue, rows: SideMap, columns: SideMap): LazyValue {
  return products(pictures, transpose(matrixOf(rows), [1, 0]), matrixOf(columns));
}

/** left · picture · right, for each picture; the product that makes pictures smaller comes first. */
function products(pictures: LazyValue, left: LazyValue, right: LazyValue): LazyValue {
  const [batch, channels, rows, columns] = pictures.shape;
  const [newRows] = left.shape;
  const newColumns = right.shape[1];
  const product = (a: LazyValue, b: LazyValue, sides: readonly number[]) =>
    apply('MatMul', [a, b], { shape: [batch, channels, ...sides], type: 'float32' });
  if (newRows > rows)
    return product(left, product(pictures, right, [rows, newColumns]), [newRows, newColumns]);
  return product(product(left, pictures, [newRows, columns]), right, [newRows, newColumns]);
}

/** [to, from] */
function matrixOf({ from, to, weights }: SideMap): LazyValue {
  const data = new Float32Array(to * from);
  weights((row, column, weight) => {
    data[row * from + column] += weight;
  });
  return LazyValue.known(data, [to, from], 'float32');
}
