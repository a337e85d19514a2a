import type { FlipLeftRightInputs, MirrorPadAttrs, MirrorPadInputs } from '@tensorflow/tfjs-core';
import { apply, type LazyValue } from '../../lazy-value.js';
import { type Kernel, kernel } from '../kernel.js';

export const MIRROR_KERNELS: readonly Kernel[] = [
  kernel<MirrorPadInputs, MirrorPadAttrs>('MirrorPad', ({ x }, { paddings, mode }) =>
    paddings.reduce((padded, ends, axis) => mirrorPad(padded, axis, ends, mode), x),
  ),
  kernel<FlipLeftRightInputs>('FlipLeftRight', ({ image }) => {
    // An end before the first element: an end of -1 would mean the last.
    return apply('Slice', [image, [-1], [-image.shape[2] - 1], [2], [-1]], image);
  }),
];

/** One axis with its elements mirrored at its ends: beside the element at the end ('reflect'), or from it on ('symmetric'). */
function mirrorPad(
  x: LazyValue,
  axis: number,
  [before, after]: readonly [before: number, after: number],
  mode: 'reflect' | 'symmetric',
): LazyValue {
  if (before === 0 && after === 0) return x;
  const side = x.shape[axis];
  const gap = mode === 'reflect' ? 0 : 1;
  const sources = Array.from({ length: before + side + after }, (_, place) => {
    const at = place - before;
    if (at < 0) return -at - gap;
    return at < side ? at : 2 * (side - 1) - at + gap;
  });
  return apply('Gather', [x, sources], { shape: x.shape.with(axis, sources.length), type: x.type }, { axis });
}
