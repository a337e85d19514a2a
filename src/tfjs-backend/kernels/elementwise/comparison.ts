import type { SelectInputs } from '@tensorflow/tfjs-core';
import { broadcast } from '../../broadcast.js';
import { apply, type LazyValue } from '../../lazy-value.js';
import { cast, reshape } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';

type Pair = { a: unknown; b: unknown };

/** A comparison or a logical operator of ONNX, broadcast; the result is bool. */
export function comparison(operator: string, a: LazyValue, b: LazyValue): LazyValue {
  const ordered = operator !== 'Equal' && a.type === 'bool' && !(operator in LOGICAL);
  if (ordered) return comparison(operator, cast(a, 'int32'), cast(b, 'int32'));
  return broadcast(operator, [a, b], 'bool');
}

export function not(value: LazyValue): LazyValue {
  return apply('Not', [value], value);
}

/** Elements of `yes` where the condition holds, of `no` elsewhere; all three are broadcast. */
export function select(condition: LazyValue, yes: LazyValue, no: LazyValue): LazyValue {
  // The runtime has no Where for bool.
  if (yes.type === 'bool') return cast(select(condition, cast(yes, 'int32'), cast(no, 'int32')), 'bool');
  return broadcast('Where', [condition, yes, no], yes.type);
}

const LOGICAL = { And: 0, Or: 0, Xor: 0 };

const logical = (operator: keyof typeof LOGICAL, { a, b }: { a: LazyValue; b: LazyValue }) =>
  comparison(operator, cast(a, 'bool'), cast(b, 'bool'));

export const COMPARISON_KERNELS: readonly Kernel[] = [
  kernel<Pair>('Equal', ({ a, b }) => comparison('Equal', a, b)),
  kernel<Pair>('NotEqual', ({ a, b }) => not(comparison('Equal', a, b))),
  kernel<Pair>('Greater', ({ a, b }) => comparison('Greater', a, b)),
  kernel<Pair>('GreaterEqual', ({ a, b }) => comparison('GreaterOrEqual', a, b)),
  kernel<Pair>('Less', ({ a, b }) => comparison('Less', a, b)),
  kernel<Pair>('LessEqual', ({ a, b }) => comparison('LessOrEqual', a, b)),
  kernel<Pair>('LogicalAnd', (inputs) => logical('And', inputs)),
  kernel<Pair>('LogicalOr', (inputs) => logical('Or', inputs)),
  kernel<Pair>('LogicalXor', (inputs) => logical('Xor', inputs)),
  kernel<{ x: unknown }>('LogicalNot', ({ x }) => not(cast(x, 'bool'))),
  kernel<SelectInputs>('Select', ({ condition, t, e }) => {
    // A condition of rank 1 chooses whole rows of tensors of a higher rank.
    const rows = condition.shape.length === 1 && t.shape.length > 1;
    const aligned = rows
      ? reshape(condition, [...condition.shape, ...t.shape.slice(1).map(() => 1)])
      : condition;
    const type =
      t.type === 'float32' || e.type === 'float32' ? 'float32' : t.type === 'int32' ? 'int32' : e.type;
    return select(cast(aligned, 'bool'), cast(t, type), cast(e, type));
  }),
];
