import { z } from 'zod';
import { AVERAGE_SETTINGS } from '../adversarial/average-settings.js';
import { MAX_BATCH } from '../adversarial/defaults.js';
import type { FamilyFacts, GanPreset } from '../adversarial/trainer.js';
import { MASK_KINDS } from '../techniques/masks.js';

const count = z.int().min(1);
const share = z.number().gt(0).max(1);

/** The settings of 2014's networks and of their training; the defaults are those released for MNIST. */
const settingsSchema = z.strictObject({
  networks: z
    .enum(['dense', 'convolutional'])
    .default('dense')
    .describe('Multilayer perceptrons, or convolutions in D and before the output of G'),
  width: z.number().gt(0).default(1).describe('Factor on the units of all hidden layers'),
  latentWidth: count.default(100).describe('Numbers in a latent'),
  latent: z
    .enum(['uniform', 'normal'])
    .default('uniform')
    .describe('Distribution of latents, of variance 1: uniform over ±√3, or normal'),
  conditional: z.boolean().default(false).describe('Give the class to both networks, one-hot'),
  // Settings that came later have no default: a checkpoint holds all settings, and those of before must stay the same run's.
  inpaint: z
    .boolean()
    .optional()
    .describe(
      'G predicts any part of a picture from the rest, and D sees the completed picture [default: false]',
    ),
  mask: z
    .enum(MASK_KINDS)
    .optional()
    .describe(
      'What part that is, with --inpaint: a rectangle, a half, pixels, or any of them [default: mixed]',
    ),
  pixels: z
    .enum(['unit', 'contrast'])
    .default('unit')
    .describe(
      'What networks see: pixels over [0, 1], or without mean and of norm 55 in each picture (G then ends without a sigmoid)',
    ),
  generatorUnits: count.default(1200).describe('Units of each of the two hidden layers of G'),
  secondLayer: z
    .enum(['relu', 'sigmoid'])
    .default('relu')
    .describe('Activation of the second hidden layer of G'),
  secondBias: z.number().default(0).describe('First value of the biases of the second hidden layer of G'),
  outputBound: z
    .number()
    .gt(0)
    .default(0.05)
    .describe('First weights of the last layer of G are uniform within ± this'),
  discriminatorUnits: count
    .default(240)
    .describe('Maxout units of each hidden layer of a dense D, or of the dense layer of a convolutional one'),
  pieces: count.default(5).describe('Linear pieces of a maxout unit'),
  keepInput: share.default(0.8).describe('Probability with which dropout keeps an input of D'),
  keepHidden: share.default(0.5).describe('Probability with which dropout keeps a hidden unit of D'),
  columnNorm: z
    .number()
    .min(0)
    .default(0)
    .describe('Maximum norm of the weights that lead to one unit; 0 for no limit'),
  loss: z
    .enum(['non-saturating', 'minimax'])
    .default('non-saturating')
    .describe('Loss of G: −log D(G(z)), or log(1 − D(G(z)))'),
  k: count.default(1).describe('Steps of D for one of G'),
  batchSize: count.max(MAX_BATCH).default(100).describe('Pictures in a step of D'),
  learningRate: z.number().gt(0).default(0.1).describe('Learning rate of the first step'),
  rateDecay: z
    .number()
    .min(1)
    .default(1.000004)
    .describe('The learning rate is divided by this at each step'),
  minRate: z.number().min(0).default(1e-6).describe('Minimum of the learning rate'),
  momentum: z.number().min(0).lt(1).default(0.5).describe('Momentum of the first epoch'),
  finalMomentum: z.number().min(0).lt(1).default(0.7).describe('Momentum at the end of its linear growth'),
  momentumEpochs: count.default(250).describe('The epoch, from 1, in which the momentum is final'),
  ...AVERAGE_SETTINGS,
});

export type GanSettings = z.output<typeof settingsSchema>;

const preset = (
  facts: Omit<GanPreset<GanSettings>, 'settings'>,
  settings: z.input<typeof settingsSchema> = {},
): GanPreset<GanSettings> => ({ ...facts, settings: settingsSchema.parse(settings) });

/** Both of CIFAR-10's. */
const CIFAR10 = {
  latent: 'normal',
  pixels: 'contrast',
  generatorUnits: 8000,
  secondLayer: 'sigmoid',
} as const;

/** What the command line needs of the 2014 paper; loads no tfjs. */
export const facts: FamilyFacts<GanSettings> = {
  name: 'gan',
  title: 'Generative Adversarial Nets (Goodfellow et al. 2014)',
  settings: settingsSchema,
  presets: {
    mnist: preset({
      description: 'MNIST with dense networks, as released: maxout 240×5 twice against 1200 ReLU twice',
      dataset: 'mnist',
      trainingPictures: 50_000,
      size: 28,
      channels: 1,
      epochs: 250,
    }),
    'cifar10-dense': preset(
      {
        description: 'CIFAR-10 with dense networks, as released: maxout 1600×5 twice against 8000 twice',
        dataset: 'cifar10',
        trainingPictures: 40_000,
        size: 32,
        channels: 3,
        epochs: 250,
      },
      { ...CIFAR10, outputBound: 0.5, discriminatorUnits: 1600, learningRate: 0.025 },
    ),
    'cifar10-conv': preset(
      {
        description: 'CIFAR-10 with three maxout convolutions in D and a transposed one in G, as released',
        dataset: 'cifar10',
        trainingPictures: 40_000,
        size: 32,
        channels: 3,
        epochs: 250,
      },
      { ...CIFAR10, networks: 'convolutional', discriminatorUnits: 500, learningRate: 0.004, batchSize: 128 },
    ),
    faces: preset(
      {
        description: 'A folder of faces, 48×48 gray, with the settings released for the Toronto faces',
        size: 48,
        channels: 1,
        epochs: 50,
      },
      {
        latent: 'normal',
        generatorUnits: 8000,
        secondLayer: 'sigmoid',
        secondBias: -2,
        discriminatorUnits: 1200,
        columnNorm: 1.9365,
        learningRate: 0.05,
      },
    ),
  },
};
