import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { Xoshiro } from '../../../src/tfjs-backend/index.js';
import type { PictureBatch, PictureForm, Trainer } from '../../../src/train/adversarial/trainer.js';
import { family } from '../../../src/train/gan/family.js';
import type { GanSettings } from '../../../src/train/gan/settings.js';
import { readTensors } from '../../../src/train/loop/weights.js';

export async function onCpu(): Promise<void> {
  await registerGradients();
  await setBackend('cpu');
}

export const SMALL_FORM: PictureForm = { size: 4, channels: 1, classNames: ['a', 'b', 'c'] };

/** MNIST's settings at a width that takes no time. */
export function smallSettings(changes: Partial<GanSettings> = {}): GanSettings {
  const small = { generatorUnits: 6, discriminatorUnits: 4, pieces: 2, latentWidth: 3, batchSize: 5 };
  return { ...family.presets.mnist.settings, ...small, ...changes };
}

/** Pictures without a pattern. */
export function picturesOf(
  count: number,
  { size, channels, classNames }: PictureForm,
  seed = 1,
): PictureBatch {
  const numbers = new Xoshiro(seed).uniform(count * size * size * channels, 0, 255);
  const classes = Math.max(1, classNames.length);
  return {
    pixels: Uint8Array.from(numbers),
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
  };
}

/** Everything that a trainer keeps, as numbers by name. */
export async function stateOf({ state }: Trainer): Promise<Record<string, number[]>> {
  const read = await readTensors(state);
  return Object.fromEntries([...read].map(([name, { data }]) => [name, [...data]]));
}

export const placeOf = (step: number) => ({ step, steps: 100, stepsPerEpoch: 10 });
