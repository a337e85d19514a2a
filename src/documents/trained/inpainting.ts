import { z } from 'zod';
import { meanEstimate } from '../mean-estimate.js';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const INPAINTING_SCHEMA = 'ganeval/inpainting@1';

const count = z.int().nonnegative();

/** Zod schema of what `ganeval inpaint` writes as `inpainting.json`; published as `ganeval/schema/inpainting.schema.json`. */
export const inpaintingSchema = z
  .object({
    schema: z.literal(INPAINTING_SCHEMA),
    generator: z.object({
      run: z.string(),
      sha256: z.string().describe('Of its checkpoint'),
      step: count.describe('Steps that it was trained for'),
    }),
    pictures: z.object({
      source: z.string(),
      available: count,
      n: count.describe('Pictures that were completed, drawn by the seed'),
      isTrainingSet: z
        .boolean()
        .describe('Whether the source is, picture for picture, what the generator was trained on'),
    }),
    mask: z.string().describe('A kind of masks, or a box as x,y,width,height in pixels'),
    predicted: z.number().min(0).max(1).describe('Share of pixels that are predicted, mean over pictures'),
    completions: count.describe('Completions of each picture, each with another z'),
    seed: count,
    mse: meanEstimate.describe(
      'Squared error of predicted pixels on the scale of [0, 1], mean over pixels and completions of a picture',
    ),
    baseline: meanEstimate.describe('The same error of the mean training picture'),
    difference: meanEstimate.describe(
      '`mse` less `baseline`, picture by picture; below 0 the generator is better',
    ),
    createdWith: z.record(z.string(), z.string()).describe('Versions of the programs that made the numbers'),
  })
  .describe('How well a generator predicts a part of pictures from the rest');

/** What `inpaint` measured: the error of predicted pixels, beside that of the mean training picture. */
export type Inpainting = z.infer<typeof inpaintingSchema>;
