import { z } from 'zod';
import { MAX_BATCH } from '../adversarial/defaults.js';
import type { FamilyFacts, GanPreset, StepPlace } from '../adversarial/trainer.js';

/** The networks of the paper's experiments; their layers are in generator.ts and discriminator.ts. */
const NETWORKS = ['mnist', 'cifar10', 'svhn', 'imagenet128'] as const;

const share = z.number().min(0).max(1);
const positive = z.number().positive();

/**
 * The techniques of Salimans et al. 2016 and what they are used with. The rows of the paper's table 3, from the preset
 * `cifar10-samples`: all techniques; normalization batch (− VBN + BN); labelsPerClass 0 and historicalAveraging above 0
 * (− labels + HA); realTarget 1 (− label smoothing); labelsPerClass 0 (− labels); minibatchKernels 0 (− minibatch features).
 */
const improvedSettings = z.strictObject({
  network: z
    .enum(NETWORKS)
    .default('mnist')
    .describe("networks of one of the paper's experiments; svhn is cifar10 with fewer maps"),
  width: positive.default(1).describe('factor on the hidden units and maps of both networks'),
  batchSize: z
    .int()
    .min(1)
    .max(MAX_BATCH)
    .default(100)
    .describe('pictures of each kind a step: labeled, unlabeled, generated'),
  latentWidth: z.int().min(1).default(100).describe('numbers in each latent'),
  learningRate: positive.default(3e-3).describe("Adam's learning rate, for both networks"),
  beta1: share.default(0.5).describe("share of Adam's first moment that a step keeps"),
  adamEpsilon: positive
    .default(1e-4)
    .describe(
      'what Adam adds to the root of the second moment; the released code for small pictures adds 1e-8 under the root, to the same effect',
    ),
  decay: z
    .boolean()
    .default(false)
    .describe('whether the learning rate falls linearly to 0 over the last third of the run'),
  generatorSteps: z.int().min(1).default(1).describe("generator's steps after each of the discriminator's"),
  generatorLoss: z
    .enum(['feature-matching', 'feature-matching-absolute', 'minimax', 'non-saturating'])
    .default('feature-matching')
    .describe(
      "what the generator minimizes: the distance of mean features, squared or absolute, or the discriminator's objective",
    ),
  generatorTarget: share
    .default(1)
    .describe(
      'target of the generator for the discriminator on generated pictures; below 1 with the non-saturating loss only',
    ),
  realTarget: share
    .default(1)
    .describe('target of the discriminator on real pictures; below 1 is one-sided label smoothing'),
  labelsPerClass: z
    .int()
    .min(0)
    .default(10)
    .describe('labeled pictures of each class at most, chosen by the seed; 0 trains without labels'),
  labeledOnly: z
    .boolean()
    .default(false)
    .describe('train the discriminator on the labeled pictures alone, as a baseline; nothing is generated'),
  unlabeledWeight: z
    .number()
    .min(0)
    .default(1)
    .describe('factor on the loss of real against generated pictures, beside that of the classes'),
  normalization: z
    .enum(['batch', 'virtual'])
    .default('batch')
    .describe("the generator's normalization: by its batch, or by a reference batch and the example itself"),
  minibatchKernels: z.int().min(0).default(0).describe('kernels of minibatch discrimination; 0 is without'),
  minibatchDimensions: z
    .int()
    .min(1)
    .default(5)
    .describe('dimensions of each kernel of minibatch discrimination'),
  historicalAveraging: z
    .number()
    .min(0)
    .default(0)
    .describe("weight of each network's distance from the mean of its past parameters; 0 is without"),
  inputNoise: z
    .number()
    .min(0)
    .default(0.3)
    .describe("standard deviation of the noise on the discriminator's input"),
  inputDropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("share of the discriminator's input that is set to 0"),
  averageDecay: share
    .default(0.9999)
    .describe(
      "share of the mean of the discriminator's weights that a step keeps; test errors are measured with that mean",
    ),
});

export type ImprovedSettings = z.infer<typeof improvedSettings>;

/** What the CIFAR-10 and SVHN networks share. */
const COLOR = {
  learningRate: 3e-4,
  decay: true,
  generatorLoss: 'feature-matching-absolute',
  inputNoise: 0,
  inputDropout: 0.2,
} as const;

const preset = (
  about: Omit<GanPreset<ImprovedSettings>, 'settings'>,
  settings: z.input<typeof improvedSettings> = {},
): GanPreset<ImprovedSettings> => ({ ...about, settings: improvedSettings.parse(settings) });

/** What the command line needs of the 2016 paper; loads no tfjs. */
export const facts: FamilyFacts<ImprovedSettings> = {
  name: 'improved',
  title: 'Improved Techniques for Training GANs (Salimans et al. 2016)',
  settings: improvedSettings,
  presets: {
    'mnist-semi': preset({
      description: 'MNIST, semi-supervised with 10 labels a class, by feature matching',
      dataset: 'mnist',
      size: 28,
      channels: 1,
      epochs: 300,
    }),
    'cifar10-semi': preset(
      {
        description: 'CIFAR-10, semi-supervised with 400 labels a class, by feature matching',
        dataset: 'cifar10',
        size: 32,
        channels: 3,
        epochs: 1200,
      },
      { ...COLOR, network: 'cifar10', labelsPerClass: 400 },
    ),
    'svhn-semi': preset(
      {
        description:
          'SVHN (its .mat files by --data-dir, or class folders), semi-supervised with 100 labels a class, by feature matching',
        dataset: 'svhn',
        size: 32,
        channels: 3,
        epochs: 900,
      },
      { ...COLOR, network: 'svhn', labelsPerClass: 100 },
    ),
    'cifar10-samples': preset(
      {
        description: 'CIFAR-10 with all techniques that make samples better',
        dataset: 'cifar10',
        size: 32,
        channels: 3,
        epochs: 1200,
      },
      {
        ...COLOR,
        network: 'cifar10',
        labelsPerClass: 400,
        generatorSteps: 3,
        generatorLoss: 'minimax',
        realTarget: 0.9,
        normalization: 'virtual',
        minibatchKernels: 100,
        inputNoise: 0.2,
        inputDropout: 0,
      },
    ),
    imagenet128: preset(
      {
        description:
          'Class folders at 128×128, such as ImageNet, with all techniques that make samples better',
        size: 128,
        channels: 3,
        epochs: 25,
      },
      {
        network: 'imagenet128',
        batchSize: 64,
        latentWidth: 8192,
        learningRate: 4e-4,
        adamEpsilon: 1e-8,
        generatorLoss: 'non-saturating',
        // With real targets of .75 and as many generated pictures, D is .375 where it cannot separate them.
        generatorTarget: 0.375,
        realTarget: 0.75,
        // No class of ImageNet has more.
        labelsPerClass: 1300,
        normalization: 'virtual',
        minibatchKernels: 300,
        minibatchDimensions: 50,
        inputNoise: 0.1,
      },
    ),
  },
};

/** Units of a hidden layer, or its maps, at the width asked for. */
export function hiddenUnits({ width }: ImprovedSettings, units: number): number {
  return Math.max(1, Math.round(width * units));
}

/** The learning rate of a step: constant, or falling linearly to 0 over the last third of the run. */
export function rateAt({ learningRate, decay }: ImprovedSettings, { step, steps }: StepPlace): number {
  return decay ? learningRate * Math.min((3 * (steps - step)) / steps, 1) : learningRate;
}
