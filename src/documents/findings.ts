import { z } from 'zod';

const count = z.int().nonnegative();

const pair = {
  picture: z.string().describe('Id of a sample'),
  other: z.string().describe('Id of the picture that it repeats'),
};

export const exactCopies = z
  .object({
    count: count.describe('Samples'),
    examples: z.array(z.object(pair)),
  })
  .describe(
    'Byte for byte the same file or row; of pictures that a generator draws, those with the same features to the bit',
  );

export const nearCopies = z
  .object({
    count: count.describe('Samples that lie nearer than `threshold`, without the exact copies'),
    expected: z.number().describe('As many would, if samples were as real pictures are'),
    threshold: z
      .number()
      .describe('Euclidean distance of features below which 1 % of reference pictures have another one'),
    moreThanChance: z.boolean(),
    unmistakable: count
      .optional()
      .describe(
        'Of these, samples nearer than a third of the least distance between two pictures of the reference (less where more pairs are compared than the reference has)',
      ),
    examples: z.array(z.object({ ...pair, distance: z.number() })).describe('Nearest first'),
  })
  .describe('Nearly the same in the features; absent where no metric compared picture with picture');

export const findings = z
  .object({
    duplicates: z
      .object({ exact: exactCopies, near: nearCopies.optional() })
      .describe('Samples that repeat another sample'),
    memorized: z
      .object({ exact: exactCopies, near: nearCopies.optional() })
      .optional()
      .describe('Samples that repeat a picture of the reference; absent without reference pictures'),
  })
  .describe('Copies among the pictures');
