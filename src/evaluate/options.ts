import { z } from 'zod';
import { parseByteSize } from '../core/byte-size.js';
import { UsageError } from '../core/errors.js';
import { KERNEL_NAMES } from '../core/kernel-names.js';
import { PROFILE_NAMES } from '../core/profile-names.js';
import { withGpu } from '../devices/gpu-index.js';
import { DEFAULT_PIXEL_LIMIT } from '../images/picture.js';
import { DEFAULT_SIGMA } from '../metrics/kernel/kernel.js';
import { DEFAULT_DIRECTIONS } from '../metrics/sliced/default-directions.js';
import { NORMALIZATIONS, type NormalizationName } from '../networks/preprocessing/normalizations.js';
import { PROFILES } from '../networks/preprocessing/profiles.js';
import { deviceSchema } from './devices/device-schema.js';
import { metricRequest } from './metric-schemas.js';
import { generatorOptions } from './opening/generator-options.js';
import { readingOptions } from './opening/reading-options.js';
import { validationOptions } from './opening/validation-options.js';
import { pathOptions } from './paths/path-options.js';
import { precisionOptions, refuseUnfitPrecision } from './precision/precision-options.js';

/** Largest numbers of what is held or started at once: far more than helps, and less than breaks the machine. */
const MOST = {
  threads: 1024,
  batchSize: 65_536,
  side: 16_384,
  splits: 1_000_000,
  kidSubsets: 10_000,
  directions: 100_000,
  pairs: 1_000_000,
  pixels: 2 ** 31,
  gpu: 255,
} as const;

const wholeNumber = (least: number, most: number = Number.MAX_SAFE_INTEGER) => z.int().min(least).max(most);

/** With less, no picture of a usual size could be decoded. */
const LEAST_MEMORY = 64e6;

/** Bytes, or a text such as "700M" or "2G". */
const memorySize = z
  .union([z.int(), z.string()])
  .refine((size) => (typeof size === 'number' ? size : (parseByteSize(size) ?? 0)) >= LEAST_MEMORY, {
    error: 'Invalid size: expected 64M or more, such as 700M or 2G',
  })
  .meta({ takes: 'a size of at least 64M, such as 700M or 2G' });

/**
 * Every option of a score with its default and its description, once: the library, the command line and the
 * config file all read this.
 */
export const scoreOptionsSchema = z.strictObject({
  reference: z
    .string()
    .optional()
    .describe(
      'Real pictures in any of the forms of the samples, a data set (cifar10:train), or statistics (.npz, or .pkl of StyleGAN and EDM)',
    ),
  features: z
    .boolean()
    .default(false)
    .describe(
      'Samples and reference are .npy or .npz files of N×D features; the reference may be statistics',
    ),
  ...readingOptions,
  ...generatorOptions,
  labels: z
    .string()
    .optional()
    .describe(
      'CSV of path,label for the samples, in place of their own labels; folders for their sub-folders, none for no labels',
    ),
  labelColumn: z
    .string()
    .optional()
    .describe(
      'Column of labels in that CSV, or in the metadata of the samples [default: label, class or the like]',
    ),
  split: z
    .string()
    .optional()
    .describe('Split of the samples where they have several: train, validation, test, its own name, or all'),
  limit: wholeNumber(1)
    .optional()
    .describe('Score a random subset of so many samples, drawn by the seed [default: all]'),
  referenceLabels: z.string().optional().describe('Labels of the reference, in the way of the samples'),
  referenceLabelColumn: z.string().optional().describe('Column of labels for the reference'),
  referenceLimit: wholeNumber(1)
    .optional()
    .describe('Take a random subset of so many pictures of the reference, drawn by the seed [default: all]'),
  referenceSplit: z.string().optional().describe('Split of the reference, in the same way'),
  ...validationOptions,
  metrics: z
    .array(metricRequest)
    .nonempty()
    .optional()
    .describe(
      'Metrics to compute; those of the field with a network in their name bring it with them [default: all by default that the input allows]',
    ),
  resolutions: z
    .array(wholeNumber(1, MOST.side))
    .optional()
    .describe(
      'Sides in pixels to which pictures are reduced for class accuracy [default: their own size or the network where that is smaller, its half and its quarter]',
    ),
  downsample: z
    .enum(['decimate', 'antialias'])
    .default('decimate')
    .describe('How pictures are reduced: as the AC-GAN paper did, or with antialiasing'),
  model: z
    .union([z.string(), z.array(z.string()).nonempty()])
    .default('auto')
    .describe(
      'Network for features and the Inception Score: a name, an .onnx file, or auto; NAME@PROFILE feeds it as that profile does. Several times for several networks, each with rows of its own',
    ),
  classifier: z
    .string()
    .default('auto')
    .describe('Network for class accuracy: a name, an .onnx file, or auto'),
  classes: z
    .string()
    .optional()
    .describe(
      'What classes that are numbers stand for: a network whose classes they count, or names from 0 on, separated by commas',
    ),
  classMap: z
    .string()
    .optional()
    .describe("CSV of class,column: the classifier's column, synset id or class name for each class"),
  modelsDir: z.string().optional().describe('Folder of the networks that were pulled or imported'),
  inputSize: wholeNumber(1, MOST.side)
    .optional()
    .describe('Side of the input of an .onnx file that has no card'),
  normalize: z
    .enum(Object.keys(NORMALIZATIONS) as [NormalizationName, ...NormalizationName[]])
    .optional()
    .describe('Input range of an .onnx file that has no card'),
  featuresOutput: z
    .string()
    .optional()
    .describe('Name of the features output of an .onnx file that has no card'),
  logitsOutput: z.string().optional().describe('Name of the logits output of an .onnx file that has no card'),
  device: deviceSchema
    .default('auto')
    .describe('Where the networks run; auto takes what is exact and fastest on this machine'),
  gpu: wholeNumber(0, MOST.gpu)
    .optional()
    .describe('Number of the GPU, from 0, for CUDA and DirectML [default: the first]'),
  ...precisionOptions,
  threads: wholeNumber(1, MOST.threads)
    .optional()
    .describe('Threads for the networks and for decoding [default: all cores]'),
  batchSize: wholeNumber(1, MOST.batchSize)
    .optional()
    .describe(
      'Pictures a run of the network; changes speed, never numbers [default: as fits the device; on the CPU 64, fewer for networks of large pictures]',
    ),
  profile: z
    .enum(PROFILE_NAMES)
    .default('torch-fidelity')
    .describe('Tool of the field whose resizing, shuffling and splitting is followed'),
  splits: wholeNumber(1, MOST.splits).default(10).describe('Splits of the Inception Score'),
  shuffle: z
    .boolean()
    .optional()
    .describe(
      'Whether rows are shuffled before the Inception Score splits them [default: as the profile has it]',
    ),
  seed: z.int().min(0).max(0xffffffff).default(2020).describe('Seed of every draw'),
  kidSubsets: wholeNumber(1, MOST.kidSubsets).default(100).describe('Subsets of KID'),
  kidSubsetSize: wholeNumber(2).default(1000).describe('Pictures in a subset of KID'),
  kidKernel: z
    .enum(KERNEL_NAMES)
    .default('polynomial')
    .describe('Kernel of KID: the cubic polynomial of its paper, or torch-fidelity’s RBF kernel'),
  kidRbfSigma: z
    .number()
    .min(1e-6)
    .max(1e6)
    .optional()
    .describe('Width of the RBF kernel of KID, in units of the features [default: 10]'),
  swdDirections: wholeNumber(1, MOST.directions)
    .default(DEFAULT_DIRECTIONS)
    .describe('Random directions of the sliced Wasserstein distance'),
  msssimPairs: wholeNumber(1, MOST.pairs)
    .default(100)
    .describe('Random within-class pairs of MS-SSIM, per class'),
  ...pathOptions,
  level: z.number().gt(0).max(0.999999).default(0.95).describe('Confidence level of the intervals'),
  alpha: z
    .enum(['drop', 'black', 'white'])
    .default('drop')
    .describe('Transparency: keep the color under it, or composite on black or white'),
  onBadImage: z
    .enum(['fail', 'skip'])
    .default('fail')
    .describe(
      'What a picture that cannot be decoded does: fail (the error tells each reason once and names some) or be left out (the result lists all)',
    ),
  maxBad: wholeNumber(0)
    .default(100)
    .describe('More bad pictures than this are an error, where they are left out'),
  pixelLimit: wholeNumber(1, MOST.pixels)
    .default(DEFAULT_PIXEL_LIMIT)
    .describe('Pictures with more pixels than this are refused'),
  maxMemory: memorySize
    .optional()
    .describe(
      'Memory that pictures may take at the same time, beside the networks; one that needs more is bad [default: 700M]',
    ),
  cache: z.boolean().default(true).describe('Keep extracted features, and use those of earlier runs'),
  cacheDir: z.string().optional().describe('Folder of the cache'),
});

/** Options of a score as a caller writes them: everything may be left out. */
export type ScoreOptions = z.input<typeof scoreOptionsSchema>;

/** Options with every default filled in; the number of the GPU is part of the device. */
export type ResolvedOptions = Omit<z.output<typeof scoreOptionsSchema>, 'gpu'> & {
  readonly shuffle: boolean;
};

/** @throws {UsageError} for a width without the kernel that has one */
function resolveSigma({
  kidKernel,
  kidRbfSigma,
}: Pick<z.output<typeof scoreOptionsSchema>, 'kidKernel' | 'kidRbfSigma'>) {
  if (kidKernel === 'rbf') return { kidRbfSigma: kidRbfSigma ?? DEFAULT_SIGMA };
  if (kidRbfSigma === undefined) return {};
  throw new UsageError(
    'kidRbfSigma is the width of the RBF kernel of KID, and the kernel is polynomial: choose --kid-kernel rbf, or leave --kid-rbf-sigma out.',
  );
}

/**
 * Fills in the defaults.
 *
 * @param options as a caller writes them
 * @returns every option
 * @throws {UsageError} naming the first option that is wrong
 */
export function resolveOptions(options: ScoreOptions): ResolvedOptions {
  const parsed = scoreOptionsSchema.safeParse(options);
  if (parsed.success) {
    const { gpu, ...data } = parsed.data;
    const device = withGpu(data.device, gpu);
    refuseUnfitPrecision({ ...data, device });
    return {
      ...data,
      device,
      ...resolveSigma(data),
      shuffle: data.shuffle ?? PROFILES[data.profile].shuffle,
    };
  }
  const issue = parsed.error.issues[0];
  if (issue.code === 'unrecognized_keys') throw new UsageError(`There is no option ${issue.keys[0]}.`);
  throw new UsageError(`Option ${issue.path.join('.') || '(unknown)'} is wrong: ${issue.message}.`);
}
