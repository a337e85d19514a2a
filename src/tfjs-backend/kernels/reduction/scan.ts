import type { CumprodAttrs, CumprodInputs, CumsumAttrs, CumsumInputs } from '@tensorflow/tfjs-core';
import { apply, type LazyValue } from '../../lazy-value.js';
import { cast } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';
import { pad } from '../structure/join.js';
import { slice } from '../structure/slice.js';

/** Kernels whose elements are made of all elements before them. */
export const SCAN_KERNELS: readonly Kernel[] = [
  kernel<CumsumInputs, CumsumAttrs>('Cumsum', ({ x }, { axis, exclusive, reverse }) => {
    const addends = numeric(x);
    return apply('CumSum', [addends, [axis]], addends, {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    });
  }),
  kernel<CumprodInputs, CumprodAttrs>('Cumprod', ({ x }, { axis, exclusive, reverse }) => {
    const shifted = (value: LazyValue, by: number) => shiftInOnes(value, axis, reverse ? -by : by);
    let product = exclusive ? shifted(numeric(x), 1) : numeric(x);
    // ONNX has no operator for it. Each round doubles how many factors an element holds.
    for (let held = 1; held < x.shape[axis]; held *= 2) {
      product = apply('Mul', [product, shifted(product, held)], product);
    }
    return product;
  }),
];

function numeric(x: LazyValue): LazyValue {
  return x.type === 'bool' ? cast(x, 'int32') : x;
}

/** The elements moved along an axis, towards its end if `by` is positive, with ones where they came from. */
function shiftInOnes(value: LazyValue, axis: number, by: number): LazyValue {
  const side = value.shape[axis];
  const distance = Math.min(Math.abs(by), side);
  const begin = value.shape.map((_, i) => (i === axis && by < 0 ? distance : 0));
  const kept = slice(value, begin, value.shape.with(axis, side - distance));
  const widths = value.shape.map((_, i): [number, number] => {
    if (i !== axis) return [0, 0];
    return by > 0 ? [distance, 0] : [0, distance];
  });
  return pad(kept, widths, 1);
}
