import { mul, type Tensor2D, type Tensor4D, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { PictureBatch } from '../adversarial/trainer.js';
import { drawMasks } from '../conditions/box-table.js';
import { BOX_WIDTH, type ConditionForm, listParts, widthOf } from '../conditions/condition-form.js';
import { oneHotLabels } from '../layers/one-hot-labels.js';
import type { AcganForm } from './networks.js';

/** What pictures shall be taken for, as the networks have it. */
export interface Wanted {
  /** One-hot, float32 [N, classes]; without classes [N, 0]. */
  readonly classes: Tensor2D;
  /** float32 [N, width], where there are conditions. */
  readonly conditions?: Tensor2D;
  /** Masks of the boxes on a grid of this side: [N, side, side, 1] in [0, 1], where boxes are known. */
  readonly masks?: (side: number) => Tensor4D;
}

/** Classes and conditions of pictures, as batches have them. */
export type Known = Omit<PictureBatch, 'pixels'>;

/** @throws {RangeError} if conditions are missing */
export function toWanted(
  { classes, conditions: form }: AcganForm,
  { labels, conditions = new Float32Array(0) }: Known,
): Wanted {
  const n = labels.length;
  const width = form ? widthOf(form) : 0;
  if (conditions.length !== n * width)
    throw new RangeError(`expected ${n} × ${width} conditions but received ${conditions.length} numbers`);
  return {
    classes: classes > 0 ? oneHotLabels(labels, classes) : tensor2d([], [n, 0]),
    ...(form && { conditions: tensor2d(conditions, [n, width]) }),
    ...(form?.boxes && { masks: masksOf(form, conditions, n) }),
  };
}

function masksOf(form: ConditionForm, conditions: Float32Array, n: number): (side: number) => Tensor4D {
  const width = widthOf(form);
  const from = listParts(form).find(({ kind }) => kind === 'boxes')?.from ?? 0;
  const boxes = new Float32Array(n * BOX_WIDTH);
  for (let i = 0; i < n; i++) {
    boxes.set(conditions.subarray(i * width + from, i * width + from + BOX_WIDTH), i * BOX_WIDTH);
  }
  return (side) => tensor4d(drawMasks(boxes, side), [n, side, side, 1]);
}

/** Inputs of the generator beside z. */
export function inputsOf({ conditions: form }: AcganForm, { classes, conditions }: Wanted): Tensor2D[] {
  return [
    ...(classes.shape[1] > 0 ? [classes] : []),
    ...(form && conditions ? [mul<Tensor2D>(conditions, inputScales(form))] : []),
  ];
}

/** Numbers of an embedding get the size of those of z; the others stay. */
function inputScales(form: ConditionForm): Tensor2D {
  const scales = listParts(form).flatMap(({ kind, width }) =>
    new Array<number>(width).fill(kind === 'embeddings' ? Math.sqrt(width) : 1),
  );
  return tensor2d(scales, [1, scales.length]);
}

/**
 * What the generated pictures of a step shall be. Classes are drawn evenly; conditions come with the classes of the step's real pictures,
 * so that nothing is asked for that no picture has.
 */
export function drawWanted({ classes, conditions }: AcganForm, real: Known, rng: Xoshiro): Known {
  return conditions ? real : { labels: drawClasses(real.labels.length, classes, rng) };
}

/** The class 0 and conditions of 0, for one picture. */
export function wantNothing({ conditions }: AcganForm): Known {
  return {
    labels: new Int32Array(1),
    ...(conditions && { conditions: new Float32Array(widthOf(conditions)) }),
  };
}

/** Class indices, each class as likely as the others. */
function drawClasses(count: number, classes: number, rng: Xoshiro): Int32Array {
  return Int32Array.from({ length: count }, () => Math.floor((rng.uint32() / 2 ** 32) * classes));
}
