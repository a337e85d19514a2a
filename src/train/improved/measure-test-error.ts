import { argMax, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { MeasurePictures, PictureBatch } from '../adversarial/trainer.js';

/** Computes the logits [N, K] of a batch; called inside tidy. */
export type Classify = (batch: PictureBatch) => Tensor2D;

/**
 * Test error of several classifiers: the share of pictures, in [0, 1], whose greatest logit is not that of their class.
 *
 * @param batchSize pictures at a time, which minibatch discrimination depends on
 */
export async function measureTestError<Name extends string>(
  pictures: MeasurePictures,
  batchSize: number,
  classifiers: Readonly<Record<Name, Classify>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(classifiers) as Name[];
  const wrong = new Map(names.map((name) => [name, 0]));
  for await (const batch of pictures.batches(batchSize)) {
    for (const name of names) {
      const classes = tidy(() => argMax(classifiers[name](batch), 1));
      const found = await classes.data();
      classes.dispose();
      const errors = batch.labels.filter((label, i) => label !== found[i]).length;
      wrong.set(name, (wrong.get(name) as number) + errors);
    }
  }
  return Object.fromEntries([...wrong].map(([name, count]) => [name, count / pictures.count])) as Record<
    Name,
    number
  >;
}
