import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { family } from '../../../src/train/acgan/family.js';
import type { AcganSettings } from '../../../src/train/acgan/settings.js';
import type { PictureBatch, PictureForm, Trainer } from '../../../src/train/adversarial/trainer.js';
import { widthOf } from '../../../src/train/conditions/condition-form.js';

export const TOY_FORM: PictureForm = { size: 8, channels: 3, classNames: ['dark', 'bright'] };

const TOY = { width: 0.05, batchSize: 8, latentWidth: 4 };

/** Of the pictures that each trainer gets. */
const forms = new WeakMap<Trainer, PictureForm>();

export function makeToy(settings: Partial<AcganSettings> = {}, form = TOY_FORM, seed = 1): Trainer {
  const trainer = family.create(family.settings.parse({ ...TOY, ...settings }), form, seed);
  forms.set(trainer, form);
  return trainer;
}

/** Noise on a level that the class decides, or whether the number is odd; of conditions, the first says whether a picture is bright. */
export function toyBatch(step: number, form = TOY_FORM, count = 8): PictureBatch {
  const { size, channels, conditions } = form;
  const levels = Math.max(2, form.classNames.length);
  const rng = new Xoshiro(1000 + step);
  const labels = Int32Array.from({ length: count }, (_, i) => i % levels);
  const pixels = Uint8Array.from(rng.uniform(count * size * size * channels, 0, 60), (noise, i) => {
    const label = labels[Math.floor(i / (size * size * channels))];
    return noise + (180 * label) / (levels - 1);
  });
  if (!conditions) return { pixels, labels };
  const width = widthOf(conditions);
  const known = Float32Array.from({ length: count * width }, (_, i) =>
    i % width === 0 ? labels[i / width] : conditions.boxes ? 0.5 : 0,
  );
  return { pixels, labels: form.classNames.length > 0 ? labels : new Int32Array(count), conditions: known };
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
    const shown = trainer.step({ real: toyBatch(step, forms.get(trainer)) }, new Xoshiro(step + 1), place);
    await flush(Object.values(shown));
    const values = await Promise.all(
      Object.entries(shown).map(async ([name, each]) => [name, (await each.data())[0]] as const),
    );
    dispose(Object.values(shown));
    all.push(Object.fromEntries(values));
  }
  return all;
}
