import { describe, expect, it } from 'vitest';
import { apply, applyMany, LazyValue, scalar } from '../../../src/tfjs-backend/lazy-value.js';
import { expand, reshape, transpose } from '../../../src/tfjs-backend/rearrange.js';
import { planFor } from '../../../src/tfjs-backend/runner/structural-key.js';

const known = (values: number[], shape = [values.length]) =>
  LazyValue.known(Float32Array.from(values), shape, 'float32');
const keyOf = (...values: LazyValue[]) => planFor(values).key;

describe('the key of a graph', () => {
  it('is the same for other values', () => {
    const graph = (values: number[]) =>
      apply('Mul', [known(values), scalar(values[0])], { shape: [2], type: 'float32' });
    expect(keyOf(graph([1, 2]))).toBe(keyOf(graph([3, 4])));
  });

  it.each([
    ['operator', (x: LazyValue) => apply('Exp', [x], x)],
    ['attribute', (x: LazyValue) => apply('Elu', [x], x, { alpha: { float: 2 } })],
    ['integer constant', (x: LazyValue) => apply('ReduceSum', [x, [1]], x)],
    ['left-out input', (x: LazyValue) => apply('Clip', [x, undefined, x], x)],
    ['second output', (x: LazyValue) => applyMany('Split', [x], [x, x])[1]],
  ])('differs by %s', (_, graph) => {
    const others = [
      (x: LazyValue) => apply('Log', [x], x),
      (x: LazyValue) => apply('Elu', [x], x, { alpha: { float: 3 } }),
      (x: LazyValue) => apply('ReduceSum', [x, [0]], x),
      (x: LazyValue) => apply('Clip', [x, x], x),
      (x: LazyValue) => applyMany('Split', [x], [x, x])[0],
    ];
    for (const other of others) {
      expect(keyOf(graph(known([1, 2], [1, 2])))).not.toBe(keyOf(other(known([1, 2], [1, 2]))));
    }
  });

  it('differs by the shape of a leaf and by what is wired to what', () => {
    const sum = (a: LazyValue, b: LazyValue) => apply('Sub', [a, b], a);
    const [a, b] = [known([1, 2]), known([3, 4])];
    expect(keyOf(sum(a, a))).not.toBe(keyOf(sum(a, b)));
    expect(keyOf(sum(a, b))).not.toBe(keyOf(sum(known([1, 2], [2, 1]), b)));
    expect(keyOf(sum(sum(a, b), a))).not.toBe(keyOf(sum(sum(a, b), b)));
  });

  it('differs by which values are wanted', () => {
    const x = known([1]);
    const exp = apply('Exp', [x], x);
    const log = apply('Log', [exp], x);
    expect(keyOf(log)).not.toBe(keyOf(log, exp));
  });
});

describe('a plan', () => {
  it('has equal operations and leaves once', () => {
    const x = known([1, 2]);
    const exp = () => apply('Exp', [x.view([2, 1])!], { shape: [2, 1], type: 'float32' });
    const { operations, leaves, targets } = planFor([apply('Add', [exp(), exp()], exp()), exp()]);
    expect(operations.map(({ operation }) => operation.operator)).toEqual(['Exp', 'Add']);
    expect(leaves).toHaveLength(1);
    expect(new Set(targets).size).toBe(2);
  });

  it('is made for a graph that is too deep to recurse into', () => {
    let value: LazyValue = known([1]);
    for (let i = 0; i < 50_000; i++) value = apply('Neg', [value], value);
    expect(planFor([value]).operations).toHaveLength(50_000);
  });
});

describe('rearranging', () => {
  const pending = (shape: number[]) => apply('Exp', [known([1]), []], { shape, type: 'float32' });

  it('cancels transposes and reshapes', () => {
    const x = pending([2, 3, 4]);
    expect(transpose(transpose(x, [2, 0, 1]), [1, 2, 0])).toBe(x);
    expect(reshape(reshape(x, [24]), [2, 3, 4])).toBe(x);
    expect(reshape(reshape(x, [24]), [6, 4]).operation?.inputs[0]).toBe(x);
  });

  it('makes a reshape of a transpose that moves no element', () => {
    expect(transpose(pending([1, 3, 1, 4]), [1, 0, 3, 2]).operation?.operator).toBe('Reshape');
    expect(transpose(pending([1, 3, 2, 4]), [0, 1, 3, 2]).operation?.operator).toBe('Transpose');
  });

  it('expands what was broadcast from where it came', () => {
    const one = scalar(1);
    expect(expand(expand(one, [1, 4]), [3, 4]).operation?.inputs[0]).toBe(one);
  });
});
