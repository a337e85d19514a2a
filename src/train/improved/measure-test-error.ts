import { argMax, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { MeasurePictures, PictureBatch } from '../adversarial/trainer.js';

/** Logits [n, K] of a batch; called inside tidy. */
export type Judge = (batch: PictureBatch) => Tensor2D;

/**
 * The share of pictures in [0, 1] whose class is not that of the greatest logit, for each of several judges.
 *
 * @param batchSize minibatch discrimination sees so many pictures at a time
 */
export async function measureTestError<Name extends string>(
  pictures: MeasurePictures,
  batchSize: number,
  judges: Readonly<Record<Name, Judge>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(judges) as Name[];
  const wrong = new Map(names.map((name) => [name, 0]));
  for await (const batch of pictures.batches(batchSize)) {
    for (const name of names) {
      const classes = tidy(() => argMax(judges[name](batch), 1));
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
