import { z } from 'zod';
import { meanEstimate } from '../mean-estimate.js';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const INVERSION_SCHEMA = 'ganeval/inversion@1';

const count = z.int().nonnegative();

const reconstruction = z.object({
  mse: meanEstimate.describe('Squared error, mean over the numbers of a picture on the scale of [0, 1]'),
  psnr: meanEstimate.describe(
    'Peak signal-to-noise ratio of each picture in dB, mean over pictures; 100 at most',
  ),
});

const invertedSet = z.object({
  role: z.enum(['pictures', 'training']).describe('training: those named by --training'),
  source: z.string(),
  available: count.describe('Pictures of the source'),
  n: count.describe('Pictures that were inverted, drawn by the seed'),
  isTrainingSet: z
    .boolean()
    .describe('Whether the source is, picture for picture, what the generator was trained on'),
  classesFrom: z
    .enum(['none', 'option', 'labels', 'network'])
    .describe(
      'Where the class of each picture comes from; none: the generator takes none; network: the inference network predicts it',
    ),
  network: reconstruction.describe('G of the latents that the inference network predicts'),
  optimization: reconstruction.describe('G of the latents after gradient descent, the best of all starts'),
  bestFromNetwork: z
    .number()
    .min(0)
    .max(1)
    .describe('Share of pictures for which the start from the network ended nearest'),
});

const gap = z
  .object({
    value: z.number(),
    se: z.number().nonnegative(),
    interval: z.object({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() }),
  })
  .describe('Mean squared error of the pictures less that of the training pictures, with Welch’s interval');

/** Zod schema of what `ganeval invert` writes as `inversion.json`; published as `ganeval/schema/inversion.schema.json`. */
export const inversionSchema = z
  .object({
    schema: z.literal(INVERSION_SCHEMA),
    generator: z.object({
      run: z.string(),
      sha256: z.string().describe('Of its checkpoint'),
      family: z.string(),
      step: count.describe('Steps that it was trained for'),
      latentWidth: count,
      latentBounds: z.tuple([z.number(), z.number()]).nullable().describe('null for normal latents'),
    }),
    network: z.object({
      steps: count,
      batchSize: count,
      rate: z.number().describe('Learning rate of Adam'),
      units: count.describe('Of each of its two hidden layers'),
    }),
    optimization: z.object({
      steps: count,
      rate: z.number().describe('Learning rate of Adam'),
      starts: count.describe('Starts for each picture: the network’s guess, and others that are drawn'),
    }),
    seed: count,
    sets: z.array(invertedSet).nonempty(),
    gap: z
      .object({ network: gap, optimization: gap })
      .optional()
      .describe('Where there are training pictures besides'),
    warnings: z.array(z.string()),
    createdWith: z.record(z.string(), z.string()).describe('Versions of the programs that made the numbers'),
  })
  .describe('How near the pictures of a generator come to given ones');

/** What `invert` measured: reconstruction errors by both ways, of each set of pictures. */
export type Inversion = z.infer<typeof inversionSchema>;
export type InvertedSet = Inversion['sets'][number];
