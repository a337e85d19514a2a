import { oneHot, ones, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';

/**
 * Class indices as one-hot rows.
 *
 * @param labels int32 [N], each in [0, classes)
 * @param classes number of classes
 * @returns float32 [N, classes]; 1 at the class, 0 elsewhere
 */
export function oneHotLabels(labels: Int32Array, classes: number): Tensor2D {
  // tfjs refuses one class.
  if (classes === 1) return ones([labels.length, 1]);
  return oneHot(tensor1d(labels, 'int32'), classes, 1, 0, 'float32') as Tensor2D;
}
