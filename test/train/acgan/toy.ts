import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { family } from '../../../src/train/acgan/family.js';
import type { AcganSettings } from '../../../src/train/acgan/settings.js';
import type { PictureBatch, PictureForm, Trainer } from '../../../src/train/adversarial/trainer.js';

export const TOY_FORM: PictureForm = { size: 8, channels: 3, classNames: ['dark', 'bright'] };

const TOY = { width: 0.05, batchSize: 8, latentWidth: 4 };

export function makeToy(settings: Partial<AcganSettings> = {}, form = TOY_FORM, seed = 1): Trainer {
  return family.create(family.settings.parse({ ...TOY, ...settings }), form, seed);
}

/** Noise on a level that the class decides. */
export function toyBatch(step: number, { size, channels, classNames } = TOY_FORM, count = 8): PictureBatch {
  const rng = new Xoshiro(1000 + step);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classNames.length);
  const pixels = Uint8Array.from(rng.uniform(count * size * size * channels, 0, 60), (noise, i) => {
    const label = labels[Math.floor(i / (size * size * channels))];
    return noise + (180 * label) / (classNames.length - 1);
  });
  return { pixels, labels };
}

/** Does steps, and gives what each showed. */
export async function train(
  trainer: Trainer,
  steps: number,
  from = 0,
  flush: (tensors: readonly Tensor[]) => Promise<void> = async () => {},
): Promise<Record<string, number>[]> {
  const all: Record<string, number>[] = [];
  for (let step = from; step < from + steps; step++) {
    const place = { step, steps: 10, stepsPerEpoch: 5 };
    const shown = trainer.step({ real: toyBatch(step) }, new Xoshiro(step + 1), place);
    await flush(Object.values(shown));
    const values = await Promise.all(
      Object.entries(shown).map(async ([name, each]) => [name, (await each.data())[0]] as const),
    );
    dispose(Object.values(shown));
    all.push(Object.fromEntries(values));
  }
  return all;
}
