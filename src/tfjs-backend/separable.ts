import { apply, LazyValue } from './lazy-value.js';
import { reshape, transpose } from './rearrange.js';

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

/**
 * The largest matrix between whole pictures. Up to here one product for all pictures was measured faster than two small ones
 * for each (4×4 to 8×8: 4 times, 8×8 to 8×8: 1.5 times); at four times as many it was slower.
 */
const LARGEST_WHOLE_MATRIX = 4096;

/** Applies a map to the rows and one to the columns of pictures [N, C, rows, columns]. */
export function mapSides(pictures: LazyValue, rows: SideMap, columns: SideMap): LazyValue {
  const whole = wholeMatrix(rows, columns);
  if (whole) return wholeProduct(pictures, transpose(whole, [1, 0]), [rows.to, columns.to]);
  return products(pictures, matrixOf(rows), transpose(matrixOf(columns), [1, 0]));
}

/** The gradient of `mapSides`: from pictures with the sides `to` to pictures with the sides `from`. */
export function mapSidesBack(pictures: LazyValue, rows: SideMap, columns: SideMap): LazyValue {
  const whole = wholeMatrix(rows, columns);
  if (whole) return wholeProduct(pictures, whole, [rows.from, columns.from]);
  return products(pictures, transpose(matrixOf(rows), [1, 0]), matrixOf(columns));
}

/** [rows.to·columns.to, rows.from·columns.from], if it is small. */
function wholeMatrix(rows: SideMap, columns: SideMap): LazyValue | undefined {
  const [to, from] = [rows.to * columns.to, rows.from * columns.from];
  if (to * from > LARGEST_WHOLE_MATRIX) return undefined;
  const data = new Float32Array(to * from);
  rows.weights((toRow, fromRow, rowWeight) => {
    columns.weights((toColumn, fromColumn, columnWeight) => {
      const place = (toRow * columns.to + toColumn) * from + fromRow * columns.from + fromColumn;
      data[place] += rowWeight * columnWeight;
    });
  });
  return LazyValue.known(data, [to, from], 'float32');
}

/** picture · matrix for each picture as a row. */
function wholeProduct(pictures: LazyValue, matrix: LazyValue, sides: readonly number[]): LazyValue {
  const [batch, channels, rows, columns] = pictures.shape;
  const flat = reshape(pictures, [batch * channels, rows * columns]);
  const product = apply('MatMul', [flat, matrix], {
    shape: [batch * channels, matrix.shape[1]],
    type: 'float32',
  });
  return reshape(product, [batch, channels, ...sides]);
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
