import { broadcast, broadcastShape } from '../../broadcast.js';
import { apply, type LazyValue, scalar } from '../../lazy-value.js';
import { cast, expand, unexpanded } from '../../rearrange.js';
import { type Kernel, kernel, listKernel } from '../kernel.js';
import { comparison, not, select } from './comparison.js';

type Pair = { a: unknown; b: unknown };

/** An ONNX operator on two values of one type, broadcast together. */
export function binary(operator: string, a: LazyValue, b: LazyValue, type = a.type): LazyValue {
  if (a.type === 'bool' && operator in NUMERIC) {
    return cast(binary(operator, cast(a, 'int32'), cast(b, 'int32')), type);
  }
  if (isNeutral(operator, b)) return expand(a, broadcastShape([a, b]));
  if (isNeutral(operator, a) && operator !== 'Sub' && operator !== 'Div') {
    return expand(b, broadcastShape([a, b]));
  }
  return broadcast(operator, [a, b], type);
}

/** A tensor filled with the number that changes nothing, as gradients multiply with ones and add to zeros. */
function isNeutral(operator: string, b: LazyValue): boolean {
  const source = unexpanded(b);
  if (source === b || source.data?.length !== 1) return false;
  return source.data[0] === NEUTRAL[operator];
}

const NEUTRAL: Readonly<Record<string, number>> = { Add: 0, Sub: 0, Mul: 1, Div: 1 };

/** Operators that ONNX doesn't define for bool. */
const NUMERIC = { Add: 0, Sub: 0, Mul: 0, Div: 0, Max: 0, Min: 0, Pow: 0, Mod: 0 };

export const ARITHMETIC_KERNELS: readonly Kernel[] = [
  kernel<Pair>('Add', ({ a, b }) => binary('Add', a, b)),
  kernel<Pair>('Sub', ({ a, b }) => binary('Sub', a, b)),
  kernel<Pair>('Multiply', ({ a, b }) => binary('Mul', a, b)),
  kernel<Pair>('RealDiv', ({ a, b }) => binary('Div', cast(a, 'float32'), cast(b, 'float32'))),
  kernel<Pair>('FloorDiv', ({ a, b }) => {
    const quotient = binary('Div', wide(a), wide(b));
    return cast(apply('Floor', [quotient], quotient), 'int32');
  }),
  kernel<Pair>('Mod', ({ a, b }) => cast(floorMod(wide(a), wide(b)), a.type)),
  kernel<Pair>('Maximum', ({ a, b }) => binary('Max', a, b)),
  kernel<Pair>('Minimum', ({ a, b }) => binary('Min', a, b)),
  kernel<Pair>('Pow', ({ a, b }) => binary('Pow', a, b)),
  kernel<Pair>('SquaredDifference', ({ a, b }) => {
    const difference = binary('Sub', a, b);
    return apply('Mul', [difference, difference], difference);
  }),
  kernel<Pair>('Atan2', ({ a, b }) => arcTangent(cast(a, 'float32'), cast(b, 'float32'))),
  kernel<Pair>('BitwiseAnd', ({ a, b }) => binary('BitwiseAnd', a, b)),
  // A chain of Add is faster than one Sum: 2.5 ms against 3.2 for three tensors of 4 million elements.
  listKernel('AddN', (values) => values.reduce((sum, value) => binary('Add', sum, value))),
];

/** Integers as float64, which holds them all: the runtime's integer division stops the program at a division by 0. */
function wide(value: LazyValue): LazyValue {
  return value.type === 'float32' ? value : cast(value, 'float64');
}

/** The remainder with the sign of the divisor. */
function floorMod(a: LazyValue, b: LazyValue): LazyValue {
  const kind = { shape: broadcastShape([a, b]), type: a.type };
  const remainder = apply('Mod', [a, b], kind, { fmod: 1 });
  const zero = cast(scalar(0), a.type);
  const sameSign = comparison('Equal', comparison('Less', a, zero), comparison('Less', b, zero));
  const lifted = apply('Mod', [binary('Add', remainder, b), b], kind, { fmod: 1 });
  return select(sameSign, remainder, lifted);
}

/** The angle of the point (x, y), from -π to π. */
function arcTangent(y: LazyValue, x: LazyValue): LazyValue {
  const zero = scalar(0);
  const atan = (value: LazyValue) => apply('Atan', [value], value);
  const slope = atan(binary('Div', y, x));
  const halfTurn = select(comparison('Less', y, zero), scalar(-Math.PI), scalar(Math.PI));
  const turned = select(comparison('Less', x, zero), binary('Add', slope, halfTurn), slope);
  // At the origin the slope is not a number.
  const onAxis = not(apply('Cast', [y], { shape: y.shape, type: 'bool' }, { to: { elementType: 'bool' } }));
  const forward = select(comparison('Less', x, zero), halfTurn, zero);
  return select(onAxis, forward, turned);
}
