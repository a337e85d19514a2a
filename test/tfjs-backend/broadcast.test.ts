import { add, div, greater, maximum, mul, scalar, sub, where } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { broadcast } from '../../src/tfjs-backend/broadcast.js';
import { LazyValue } from '../../src/tfjs-backend/lazy-value.js';
import { expectAsOnCpu, numbers } from './against-cpu.js';

const known = (shape: readonly number[]) =>
  LazyValue.known(new Float32Array(shape.reduce((product, side) => product * side, 1)), shape, 'float32');

/** The operator that is applied, with the shapes that it gets. */
function applied(made: LazyValue): [operator: string, ...shapes: (readonly number[])[]] {
  const { operation } = made;
  if (operation?.operator === 'Reshape') return applied(operation.inputs[0] as LazyValue);
  return [operation?.operator ?? '', ...(operation?.inputs.map((input) => (input as LazyValue).shape) ?? [])];
}

describe('a scalar and pictures of one channel', () => {
  it.each([
    [[10, 28, 28, 1], [], ['Mul', [10, 28, 28], []]],
    [[10, 28, 28, 1], [1], ['Mul', [10, 28, 28], []]],
    [
      [2000, 1, 1],
      [1, 1, 1],
      ['Mul', [2000], []],
    ],
    // Few elements, several channels, and what is no scalar stay as they are.
    [[100, 1], [], ['Mul', [100, 1], []]],
    [[10, 28, 28, 3], [], ['Mul', [10, 28, 28, 3], []]],
    [
      [10, 28, 28, 1],
      [28, 1],
      ['Mul', [10, 28, 28, 1], [28, 1]],
    ],
  ])('%j by %j', (shape, other, expected) => {
    const made = broadcast('Mul', [known(shape), known(other)], 'float32');
    expect(made.shape).toEqual(shape);
    expect(applied(made)).toEqual(expected);
  });

  it('has the numbers of the other backend', async () => {
    await expectAsOnCpu(() => {
      const x = numbers([4, 20, 20, 1]);
      const high = maximum(x, 0.25);
      return [mul(x, 2), sub(1, x), div(x, scalar(3)), high, add(where(greater(high, 0.3), x, 7), 1)];
    });
  });
});
