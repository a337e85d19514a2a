import { z } from 'zod';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const CLASSIFICATION_SCHEMA = 'ganeval/classification@1';

const count = z.int().nonnegative();

const errorEstimate = z.object({
  value: z.number().describe('Mean over draws of labels'),
  se: z.number().nonnegative().describe('Standard error of `value`, over draws and test pictures'),
  interval: z
    .object({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() })
    .describe('Student’s confidence interval of `value`, over draws and test pictures'),
});

const classifier = z.object({
  features: count.describe('Numbers that a picture is to the classifier'),
  error: errorEstimate.describe('Share of test pictures that it gets wrong'),
  draws: z
    .array(
      z.object({
        error: z.number().min(0).max(1),
        strength: z
          .number()
          .positive()
          .describe('Of the penalty on weights, which the cross-validation chose'),
      }),
    )
    .describe('One for each draw of labels'),
});

/** Zod schema of what `ganeval classify` prints; published as `ganeval/schema/classification.schema.json`. */
export const classificationSchema = z
  .object({
    schema: z.literal(CLASSIFICATION_SCHEMA),
    discriminator: z.object({
      run: z.string(),
      sha256: z.string().describe('Of its checkpoint'),
      family: z.string(),
      step: count.describe('Steps that it was trained for'),
    }),
    labels: z.object({
      source: z.string(),
      available: count.describe('Pictures of the source'),
      isTrainingSet: z
        .boolean()
        .describe('Whether the source is, picture for picture, what the discriminator was trained on'),
      classes: z.array(z.string()),
      perClass: count.describe('Labels of each class that a classifier is given'),
      draws: count.describe('Of labels, each with a classifier of its own'),
    }),
    test: z.object({ source: z.string(), n: count }),
    penalty: z.object({
      strengths: z.array(z.number()).describe('Those that are tried'),
      folds: count.describe('Of the cross-validation on the labeled pictures'),
    }),
    seed: count,
    classifiers: z.object({
      discriminator: classifier.describe('On the hidden units of the discriminator before its last layer'),
      untrained: classifier.describe('On those of the same discriminator with its first weights'),
      pixels: classifier.describe('On pixels over [0, 1]'),
    }),
    differences: z
      .object({ untrained: errorEstimate, pixels: errorEstimate })
      .describe(
        'Error of `discriminator` less the other one, on the same draws and pictures; below 0 it is better',
      ),
    warnings: z.array(z.string()),
    createdWith: z.record(z.string(), z.string()).describe('Versions of the programs that made the numbers'),
  })
  .describe('How well a linear classifier with few labels does on the features of a discriminator');

/** What `classify` measured: test errors of one classifier on three kinds of features. */
export type Classification = z.infer<typeof classificationSchema>;
/** An error with its interval. */
export type ErrorEstimate = z.infer<typeof errorEstimate>;
