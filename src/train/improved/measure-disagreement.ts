import { argMax, notEqual, sum, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { MeasurePictures, PictureBatch } from '../adversarial/trainer.js';

/**
 * Share of pictures, in [0, 1], of which two calls of a classifier that is noisy find different classes. Where a classifier is as sure as it
 * is right, that is as often as it errs (Jiang et al. 2022, *Assessing Generalization of SGD via Disagreement*). It needs no labels.
 *
 * @param batchSize pictures at a time
 * @param classify computes logits [N, K], with other noise at each call; called inside tidy
 */
export async function measureDisagreement(
  pictures: MeasurePictures,
  batchSize: number,
  classify: (batch: PictureBatch) => Tensor2D,
): Promise<number> {
  let different = 0;
  for await (const batch of pictures.batches(batchSize)) {
    const count = tidy(() => sum(notEqual(argMax(classify(batch), 1), argMax(classify(batch), 1))));
    different += (await count.data())[0];
    count.dispose();
  }
  return different / pictures.count;
}
