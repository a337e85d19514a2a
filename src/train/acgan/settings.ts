import { z } from 'zod';
import { AVERAGE_SETTINGS } from '../adversarial/average-settings.js';
import { MAX_BATCH } from '../adversarial/defaults.js';
import type { FamilyFacts, GanPreset } from '../adversarial/trainer.js';

const rate = z.number().positive();

/** What may be chosen of AC-GAN's training; the defaults are the paper's. */
export const settingsSchema = z.strictObject({
  width: z
    .number()
    .positive()
    .default(1)
    .describe(
      'Factor on the maps of both networks, of which D keeps 16 in each layer; 1 is the paper, .5 takes a quarter of the computation',
    ),
  batchSize: z
    .int()
    .min(2)
    .max(MAX_BATCH)
    .default(100)
    .describe('Real pictures a step, and as many generated ones'),
  latentWidth: z.int().min(1).default(100).describe('Numbers in a latent, beside the class'),
  generatorRate: rate.default(2e-4).describe("Adam's learning rate of the generator"),
  discriminatorRate: rate.default(2e-4).describe("Adam's learning rate of the discriminator"),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe("Share of the discriminator's activations that is dropped"),
  activationNoise: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "Standard deviation of the noise on the discriminator's activations; the paper tries 0, .1 and .2 on CIFAR-10",
    ),
  loss: z
    .enum(['non-saturating', 'minimax'])
    .default('non-saturating')
    .describe(
      "The generator's part of L_S: raise log P(real), as implementations do, or lower log P(fake), as in the paper's formula",
    ),
  // Settings that came later have no default: a checkpoint holds all settings, and those of before must stay the same run's.
  classLoss: z
    .enum(['both', 'real'])
    .optional()
    .describe(
      "Whose classes are in D's loss: those of real and of generated pictures, as published, or of real ones alone, so that D learns no mark that G makes up for a class [default: both]",
    ),
  generatorKernel: z
    .int()
    .min(2)
    .max(9)
    .optional()
    .describe(
      "Side of the filters of G's transposed convolutions, whose stride is 2: an odd one, as published, overlaps unevenly, which begins as a grid; 4 does not [default: 5]",
    ),
  linearCounts: z
    .enum(['outputs', 'maps'])
    .default('outputs')
    .describe(
      "What the paper's 384 of G's linear layer (768 for ImageNet) counts: its outputs, or its maps, of which each has the first side squared",
    ),
  batches: z
    .enum(['apart', 'together'])
    .default('apart')
    .describe(
      'Whether batch norm in D sees real and generated pictures apart or together; apart, it hides from D what all generated pictures share',
    ),
  ...AVERAGE_SETTINGS,
});

export type AcganSettings = z.infer<typeof settingsSchema>;

const AS_PUBLISHED = settingsSchema.parse({});

/** 50,000 steps of 100 pictures, through the 13,000 that ten classes of ImageNet have. */
const IMAGENET_EPOCHS = 385;

const PRESETS: Readonly<Record<string, GanPreset<AcganSettings>>> = {
  cifar10: {
    description: 'CIFAR-10, or any folder of class folders, at 32×32',
    dataset: 'cifar10',
    size: 32,
    channels: 3,
    settings: AS_PUBLISHED,
    epochs: 100,
  },
  imagenet64: {
    description: 'Class folders at 64×64; the paper takes ten classes of ImageNet a model',
    size: 64,
    channels: 3,
    settings: AS_PUBLISHED,
    epochs: IMAGENET_EPOCHS,
  },
  imagenet128: {
    description: 'Class folders at 128×128; the paper takes ten classes of ImageNet a model',
    size: 128,
    channels: 3,
    settings: AS_PUBLISHED,
    epochs: IMAGENET_EPOCHS,
  },
};

export const facts: FamilyFacts<AcganSettings> = {
  name: 'acgan',
  title: 'Auxiliary Classifier GAN (Odena, Olah and Shlens 2017)',
  presets: PRESETS,
  settings: settingsSchema,
  conditions: ['attributes', 'boxes', 'embeddings', 'texts'],
  takesFeatures: true,
};
