import { type ElementType, elementCount } from '../onnx/tensor.js';
import { apply, type LazyValue } from './lazy-value.js';

/** The value in another shape of as many elements. Reshapes of reshapes become one, or none. */
export function reshape(value: LazyValue, shape: readonly number[]): LazyValue {
  if (sameSides(value.shape, shape)) return value;
  const { operation } = value;
  if (operation?.operator === 'Reshape') return reshape(operation.inputs[0] as LazyValue, shape);
  const source = unexpanded(value);
  if (source !== value && elementCount(source.shape) === 1) return expand(reshape(source, []), shape);
  return value.view(shape) ?? apply('Reshape', [value, shape], { shape, type: value.type });
}

/** The value with its axes in another order. Transposes of transposes become one, or none. */
export function transpose(value: LazyValue, order: readonly number[]): LazyValue {
  const { operation } = value;
  if (operation?.operator === 'Transpose') {
    const inner = operation.attributes.perm as readonly number[];
    return transpose(
      operation.inputs[0] as LazyValue,
      order.map((axis) => inner[axis]),
    );
  }
  if (order.every((axis, i) => axis === i)) return value;
  const shape = order.map((axis) => value.shape[axis]);
  // Where no axis longer than 1 changes its place, the elements keep theirs.
  const moved = order.filter((axis) => value.shape[axis] > 1);
  if (moved.every((axis, i) => i === 0 || axis > moved[i - 1])) return reshape(value, shape);
  return apply('Transpose', [value], { shape, type: value.type }, { perm: order });
}

/** The value as another element type: to bool by "is not 0", to int32 by cutting the fraction off. */
export function cast(value: LazyValue, type: ElementType): LazyValue {
  if (value.type === type) return value;
  return apply('Cast', [value], { shape: value.shape, type }, { to: { elementType: type } });
}

/** The value repeated along sides of 1 and new leading sides, as NumPy broadcasts. */
export function expand(value: LazyValue, shape: readonly number[]): LazyValue {
  if (sameSides(value.shape, shape)) return value;
  if (elementCount(value.shape) === elementCount(shape)) return reshape(value, shape);
  return apply('Expand', [unexpanded(value), shape], { shape, type: value.type });
}

/** What a broadcast value was before; for operators that broadcast by themselves, so that a filled tensor costs nothing. */
export function unexpanded(value: LazyValue): LazyValue {
  return value.operation?.operator === 'Expand' ? (value.operation.inputs[0] as LazyValue) : value;
}

export function sameSides(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}
