import type { DatasetName } from '../../datasets/dataset.js';
import type { Recipe } from './recipe.js';

/** A recipe and the data set that it is for. */
export interface Preset {
  readonly dataset: DatasetName;
  readonly recipe: Recipe;
}

export const PRESET_NAMES = ['inception-cifar10', 'inception-mnist'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** Defaults of a classifier's training. */
export const TRAINING_DEFAULTS = {
  preset: 'inception-cifar10',
  backend: 'auto',
  checkpointMinutes: 5,
} as const;

/** For color photographs of about 32 pixels; 1.4 million parameters and 78 million multiply-adds a picture. */
const CIFAR10: Recipe = {
  network: {
    size: 32,
    channels: 3,
    stem: 24,
    blocks: [
      { kind: 'reduction', triple: [24, 48], double: [16, 32, 48] },
      { kind: 'mixed', single: 32, triple: [40, 80], double: [24, 40, 40], pool: 24 },
      { kind: 'reduction', triple: [64, 128], double: [32, 48, 64] },
      { kind: 'mixed', single: 64, triple: [80, 160], double: [48, 80, 80], pool: 48 },
      { kind: 'reduction', triple: [96, 192], double: [48, 80, 96] },
      { kind: 'mixed', single: 128, triple: [96, 192], double: [64, 96, 96], pool: 64 },
    ],
  },
  epochs: 12,
  minSteps: 1500,
  batchSize: 128,
  learningRate: { peak: 0.16, rise: 0.2, start: 0.2 },
  momentum: 0.9,
  weightDecay: 8e-4,
  shiftRate: 8,
  labelSmoothing: 0.15,
  augmentation: { flip: true, shift: 2, cutout: 0 },
  averageDecay: 0.998,
};

/** For gray drawings of about 28 pixels that must not be mirrored. */
const MNIST: Recipe = {
  network: {
    size: 28,
    channels: 1,
    stem: 8,
    blocks: [
      { kind: 'reduction', triple: [12, 24], double: [8, 12, 24] },
      { kind: 'mixed', single: 16, triple: [24, 40], double: [12, 24, 24], pool: 16 },
      { kind: 'reduction', triple: [40, 64], double: [16, 32, 40] },
      { kind: 'mixed', single: 48, triple: [48, 96], double: [32, 48, 48], pool: 32 },
    ],
  },
  epochs: 8,
  minSteps: 1500,
  batchSize: 128,
  learningRate: { peak: 0.12, rise: 0.2, start: 0.2 },
  momentum: 0.9,
  weightDecay: 5e-4,
  shiftRate: 8,
  labelSmoothing: 0.1,
  augmentation: { flip: false, shift: 2, cutout: 6 },
  averageDecay: 0.998,
};

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'inception-cifar10': { dataset: 'cifar10', recipe: CIFAR10 },
  'inception-mnist': { dataset: 'mnist', recipe: MNIST },
};
