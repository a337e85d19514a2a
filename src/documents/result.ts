import { z } from 'zod';
import { featureDistance } from './feature-distance.js';
import { type exactCopies, findings, type nearCopies } from './findings.js';
import { refuseImpossible } from './impossible-numbers.js';
import { parseDocument } from './parse-document.js';
import { resultVerdict } from './result-verdict.js';
import { settings } from './settings.js';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const RESULT_SCHEMA = 'ganeval/result@1';

/** Values and keys that a result may have to be read. Those of 30,000 classes have no more. */
export const MAX_RESULT_VALUES = 2 ** 22;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

export const interval = z
  .object({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() })
  .describe('Confidence interval of `value`');

export const imageSet = z.object({
  source: z.string().describe('What the user named: a folder, a manifest, a statistics file'),
  kind: z
    .string()
    .describe(
      'folder, manifest, zip, tar, npz, npy, parquet, arrow, cifar, idx, dataset (a part of one, by its name), generator, training-run (drawn from one), memory (pictures that a program held), statistics, features',
    ),
  split: z
    .string()
    .optional()
    .describe('The split that was taken, where the input has several: its name, or all'),
  labels: z
    .object({
      source: z.string().describe('A table, or the word that was given: folders or none'),
      column: z.string().optional(),
    })
    .partial()
    .optional()
    .describe('Of a reference: where its labels come from, where that was said'),
  drawnFrom: count
    .optional()
    .describe('Pictures that the input has, where a random subset of them was drawn by the seed'),
  digest: sha256.describe(
    'SHA-256 over (relative id, SHA-256 of the bytes, label) of every picture in order; of what makes a picture (generator, seed, latents, index) in place of its bytes where one is drawn; of the file for statistics and features',
  ),
  count: count.nullable().describe('Pictures that were scored; null where a statistics file does not say'),
  classes: z
    .array(z.object({ name: z.string(), count }))
    .nullable()
    .describe('Classes in order of their index; null without labels'),
  sizes: z
    .object({
      smallest: z.tuple([count, count]),
      largest: z.tuple([count, count]),
      usual: z
        .tuple([count, count])
        .optional()
        .describe('The size of more than half the pictures, where they have several'),
    })
    .nullable()
    .describe('Width and height in pixels of the smallest and the largest picture by area'),
  reading: z
    .object({
      array: z.string().optional().describe('Array of an .npz file'),
      layout: z.enum(['nhwc', 'nchw', 'nhw', 'hwc', 'chw', 'hw']).optional().describe('Axes of an array'),
      bitDepth: z.int().optional().describe('Bits that were used of samples stored in 16'),
      range: z.enum(['0..1', '-1..1', '0..255']).optional().describe('Values for black and white in numbers'),
    })
    .optional()
    .describe('How stored values were read, where that was stated, and those of a generator'),
  generator: z
    .object({
      sha256: sha256.describe('Of its file, and of weights in files beside it; of a checkpoint'),
      latent: z.string().optional().describe('What latents are drawn from, and their sides, as normal:128'),
      classDraw: z.enum(['balanced', 'random']).optional().describe('How classes are given to pictures'),
    })
    .optional()
    .describe('How the pictures are drawn, where a generator makes them'),
  features: z
    .object({
      width: count.describe('Features of each picture'),
      type: z.enum(['float16', 'float32', 'float64']).describe('As they are stored; metrics read float32'),
      array: z.string().optional().describe('Name of the array, where an .npz file holds it'),
    })
    .optional()
    .describe('Of a set that is a file of features in place of pictures'),
  changed: z
    .record(z.string(), count)
    .describe('Pictures changed while they were decoded, by kind (alpha-dropped, gray-expanded, …)'),
  skipped: z.array(z.object({ id: z.string(), reason: z.string() })).describe('Bad pictures left out'),
  unusable: z
    .array(
      z.object({
        network: z.string(),
        reason: z.string().describe('As a sentence, with the first pictures by name'),
        pictures: z.array(z.object({ id: z.string(), reason: z.string() })).describe('1,000 at most'),
      }),
    )
    .optional()
    .describe(
      'Networks that give what no metric can take for some pictures (not finite, or too large): metrics that need them are not computed',
    ),
  statistics: z
    .object({ source: z.string(), digest: sha256.describe('Of the file'), count: count.nullable() })
    .optional()
    .describe(
      'Mean and covariance that the file holds beside its pictures; FID and FID∞ compare with them, all other metrics with the pictures',
    ),
});

export const extractor = z.object({
  name: z.string(),
  sha256: sha256.describe('Of the weight file'),
  preprocessing: z.string(),
});

const resolutionValue = z.object({
  resolution: count,
  value: z.number(),
  std: z.number().optional(),
  se: z.number(),
  interval,
  informative: z
    .boolean()
    .describe('False where the network or the pictures are too small for this resolution'),
  classesBetterAtFull: z.number().optional().describe('Share of classes that do better at full size'),
});

export const classValue = z.object({
  class: z.string(),
  value: z.number().nullable(),
  reason: z.string().optional(),
  se: z.number().optional(),
  interval: interval.optional(),
  n: count,
  perResolution: z.array(z.object({ resolution: count, value: z.number() })).optional(),
});

export const ofReal = z
  .object({
    value: z.number(),
    se: z
      .number()
      .optional()
      .describe('Standard error of the metric there, if another one than `se` holds there'),
    degreesOfFreedom: z.number().optional().describe('Of that standard error'),
  })
  .describe('What samples as real as the reference give on average, where theory says it');

const metricEntry = {
  id: z.string(),
  network: z
    .string()
    .optional()
    .describe(
      'The network of --model, or of a shortcut of --metrics, that it is computed on: NAME, or NAME@PROFILE where it has a profile of its own; absent on the first network',
    ),
  subject: z.enum(['samples', 'reference']),
  title: z.string(),
  unit: z.string(),
  direction: z.enum(['higher', 'lower']).describe('Which way is better'),
};

const confusion = z
  .object({
    counts: z
      .array(z.array(count))
      .optional()
      .describe(
        'Pictures: a row for each class of `perClass`, columns the same and last the network’s other classes; absent for more than 100 classes',
      ),
    largest: z
      .array(z.object({ class: z.string(), takenFor: z.string(), count, n: count }))
      .describe('The most frequent mistakes, at most 20: pictures out of `n` of the class'),
  })
  .describe('What the network took the pictures of each class for, at full size');

export const metricFault = z
  .enum(['ganeval', 'metric'])
  .describe(
    'Whose fault it is, where the metric failed and does not just lack its input: ganeval’s, or that of a metric which a program registered',
  );

const computed = z.object({
  ...metricEntry,
  status: z.literal('ok'),
  value: z.number(),
  std: z.number().optional().describe('What the papers print: over splits or subsets, ddof 0'),
  se: z.number().optional().describe('Standard error of `value`'),
  interval: interval.optional(),
  uncertainty: z
    .string()
    .optional()
    .describe('How `se` and `interval` were obtained; "none: " and why where they are missing'),
  n: count,
  extractor: extractor.optional(),
  perClass: z.array(classValue).optional(),
  perResolution: z.array(resolutionValue).optional(),
  ofReal: ofReal.optional(),
  tooFew: z.string().optional().describe('Why `value` means little at this number of pictures'),
  confusion: confusion.optional(),
  details: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});

const notComputed = z.object({
  ...metricEntry,
  status: z.literal('not-computed'),
  reason: z.string(),
  fault: metricFault.optional(),
});

const runProfile = z
  .object({
    wallMs: z.number(),
    shares: z
      .array(
        z.object({
          thread: z.string().describe('`main`, `session` or `decoder 1` and so on'),
          part: z.enum(['inspect', 'decode', 'wait', 'resize', 'infer', 'store', 'metric', 'other']),
          ms: z.number(),
        }),
      )
      .readonly(),
  })
  .describe('Where the time went, with --profile-run');

export const runFacts = z
  .object({
    startedAt: z.string(),
    durationMs: z.number(),
    device: z
      .string()
      .nullable()
      .describe('Where the networks ran, as cuda or cuda:1; null where nothing had to run'),
    adapter: z.string().optional().describe('The GPU, where one ran and the system names it'),
    driver: z.string().optional().describe('Of that GPU, as the system names it'),
    threads: z.int().nullable(),
    picturesExtracted: count,
    picturesFromCache: count,
    profile: runProfile.optional(),
  })
  .describe('Facts of one run; everything outside `run` is byte-equal in two equal runs');

/** Zod schema of what `ganeval score --json` writes; published as `ganeval/schema/result.schema.json`. */
export const evaluationResultSchema = z
  .object({
    schema: z.literal(RESULT_SCHEMA),
    samples: imageSet,
    reference: imageSet.optional(),
    validation: imageSet
      .optional()
      .describe('Real pictures apart from the reference, or their statistics; what FDr divides by'),
    verdict: resultVerdict.optional(),
    settings,
    metrics: z.array(z.discriminatedUnion('status', [computed, notComputed])),
    findings: findings.optional(),
    featureDistances: z
      .array(featureDistance)
      .optional()
      .describe('Of the samples, for each network, where `settings.precision` is there'),
    comparableWith: z.string().describe('What the numbers may be compared with, in a sentence'),
    warnings: z.array(z.string()),
    createdWith: z.record(z.string(), z.string()).describe('Versions of the programs that made the numbers'),
    run: runFacts,
  })
  .describe('What ganeval measured of a set of generated pictures');

/**
 * What `score` measured: a metric per entry with its value, standard error and interval, and where the numbers come from. Everything
 * outside `run` is byte-equal in two equal runs.
 */
export type EvaluationResult = z.infer<typeof evaluationResultSchema>;
export type MetricEntry = EvaluationResult['metrics'][number];
export type ComputedMetric = z.infer<typeof computed>;
export type ImageSet = z.infer<typeof imageSet>;
export type Findings = z.infer<typeof findings>;
export type ExactCopies = z.infer<typeof exactCopies>;
export type NearCopies = z.infer<typeof nearCopies>;
export type Settings = z.infer<typeof settings>;

/**
 * Checks a parsed JSON value: its form, and that its numbers can have been measured.
 *
 * @param value what `JSON.parse` gave
 * @param name how a message speaks of it, such as its path. @default 'The value'
 * @returns the result
 * @throws {UsageError} naming the first field that is wrong
 * @example
 * ```ts
 * const result = parseResult(JSON.parse(await readFile('result.json', 'utf8')), 'result.json');
 * ```
 */
export function parseResult(value: unknown, name = 'The value'): EvaluationResult {
  return parseDocument(evaluationResultSchema.superRefine(refuseImpossible), value, {
    name,
    kind: `a ${RESULT_SCHEMA} document`,
    remedy: 'give what "ganeval score --json" wrote',
  });
}
