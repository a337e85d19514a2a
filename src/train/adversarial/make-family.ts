import { z } from 'zod';
import type { Family, GanPreset, PictureForm, Trainer } from './trainer.js';

const NO_SETTINGS = z.strictObject({});

/** A GAN of your own, for `makeFamily`. */
export interface FamilyDescription {
  /** Names it in checkpoints; other than `gan`, `improved` and `acgan`. */
  readonly name: string;
  /** For reports. @default the name */
  readonly title?: string;
  /** Height and width in pixels, to which pictures are resized. */
  readonly size: number;
  /** 1 for gray, 3 for RGB. */
  readonly channels: 1 | 3;
  /** Passes over the pictures, unless `trainGan` is given another length. */
  readonly epochs: number;
  /** The data set that it is trained on if `trainGan` is given no pictures. */
  readonly dataset?: GanPreset<unknown>['dataset'];
  /**
   * Makes a trainer whose first weights follow from the seed.
   *
   * @param form of the pictures
   * @param seed integer in [0, 2^32)
   * @param labels those of all training pictures, in order; undefined to draw samples only
   * @returns the trainer, whose variables its `dispose` frees
   */
  create(form: PictureForm, seed: number, labels?: Int32Array): Trainer;
}

/**
 * Makes a family with one preset and no settings, for `trainGan` and `sample`.
 *
 * @param description name, form of the pictures, length, and the trainer
 * @returns the family
 *
 * @example
 * ```ts
 * const family = makeFamily({ name: 'mine', size: 32, channels: 3, epochs: 10, create: (form, seed) => new MyTrainer(form, seed) });
 * await trainGan(family, { out: 'runs/mine', pictures: 'birds/' });
 * await sample('runs/mine', { family, count: 100, out: 'samples/' });
 * ```
 */
export function makeFamily({
  name,
  title = name,
  create,
  ...preset
}: FamilyDescription): Family<Record<string, never>> {
  return {
    name,
    title,
    settings: NO_SETTINGS,
    presets: { default: { ...preset, description: title, settings: {} } },
    create: (_settings, form, seed, labels) => create(form, seed, labels),
  };
}
