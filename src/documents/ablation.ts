import { z } from 'zod';
import { parseDocument } from './parse-document.js';
import { extractor, imageSet, interval, metricFault, runFacts } from './result.js';
import { settings } from './settings.js';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const ABLATION_SCHEMA = 'ganeval/ablation@1';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

const informative = z
  .boolean()
  .describe('False where the network or the pictures are too small for this resolution');

const point = z.object({
  resolution: count.describe(
    'Side in pixels to which the pictures were reduced before they were enlarged back',
  ),
  informative,
  value: z.number(),
  std: z.number().optional().describe('What the papers print: over splits or subsets, ddof 0'),
  se: z.number().optional().describe('Standard error of `value`'),
  interval: interval.optional(),
  loss: z
    .object({
      value: z.number(),
      se: z.number(),
      interval,
    })
    .nullable()
    .optional()
    .describe(
      'Accuracy alone, below full size: the share of the full size’s accuracy that is lost, from the same pictures at both; null where that is 0',
    ),
  classesBetterAtFull: share
    .optional()
    .describe('Accuracy alone, below full size: share of classes with more hits at full size'),
});

const classCurve = z.object({
  class: z.string(),
  n: count,
  points: z.array(z.object({ resolution: count, value: z.number(), interval })),
});

const curveHead = {
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  direction: z.enum(['higher', 'lower']).describe('Which way is better'),
};

const curve = z.discriminatedUnion('status', [
  z.object({
    ...curveHead,
    status: z.literal('ok'),
    n: count,
    extractor,
    inputSize: count.describe('Side in pixels of the network’s input: finer detail it does not see'),
    uncertainty: z.string().optional().describe('How `se` and `interval` were obtained'),
    note: z.string().optional().describe('What the curve is, where its title alone would mislead'),
    points: z.array(point).describe('By ascending resolution'),
    perClass: z.array(classCurve).optional().describe('Accuracy alone: classes that have pictures'),
  }),
  z.object({
    ...curveHead,
    status: z.literal('not-computed'),
    reason: z.string(),
    fault: metricFault.optional(),
  }),
]);

const step = z.object({
  from: count,
  to: count,
  informative,
  n: count,
  gained: count.describe('Pictures that are classified right at `to` and wrong at `from`'),
  lost: count.describe('Pictures that are classified wrong at `to` and right at `from`'),
  change: z.number().describe('Accuracy at `to` less accuracy at `from`'),
  interval,
  p: share.describe('McNemar’s exact test, two-sided'),
  adjustedP: share.nullable().describe('By Holm over the informative steps of the set; null for the others'),
  verdict: z
    .enum(['gain', 'loss', 'no-difference', 'not-tested'])
    .describe('gain: `to` is significantly better; not-tested: the step is not informative'),
  classes: z
    .object({ total: count, gaining: count, losing: count, shareGaining: share, interval })
    .describe('Classes with more hits at `to`, with fewer, and the share of those with more'),
});

const finding = z.object({
  kind: z
    .enum(['up-to', 'full-size', 'network-limit', 'no-gain', 'chance', 'too-small', 'no-accuracy'])
    .describe(
      'up-to: class information up to `resolution`; full-size: up to the pictures’ own size; network-limit: up to the network’s input at least; ' +
        'no-gain: no step helps; chance: accuracy at chance; too-small: nothing informative to compare; no-accuracy: it was not computed',
    ),
  resolution: count.nullable().describe('Side in pixels up to which detail carries class information'),
  networkTooSmall: z.boolean().describe('Whether the pictures are larger than the network’s input'),
  sentences: z.array(z.string()).nonempty(),
});

const ablatedSet = z.object({
  subject: z.enum(['samples', 'reference']),
  images: imageSet,
  fullSize: count.describe('Longest side in pixels of the largest pictures'),
  curves: z.array(curve),
  steps: z
    .array(step)
    .describe('Accuracy from each resolution to the next, up to full size; empty without class accuracy'),
  finding,
});

/** Zod schema of what `ganeval ablate --json` writes; published as `ganeval/schema/ablation.schema.json`. */
export const ablationSchema = z
  .object({
    schema: z.literal(ABLATION_SCHEMA),
    sets: z.array(ablatedSet).nonempty().describe('The samples in the order given, then the reference'),
    referenceStatistics: imageSet.optional().describe('A statistics file as reference, which has no curve'),
    settings: settings
      .omit({
        kidSubsets: true,
        kidSubsetSize: true,
        kidKernel: true,
        kidRbfSigma: true,
        swdDirections: true,
        fdrDivisors: true,
        validationLimit: true,
        msssimPairs: true,
      })
      .describe('`level` is also 1 − α of the tests'),
    comparableWith: z.string().describe('What the numbers may be compared with, in a sentence'),
    warnings: z.array(z.string()),
    createdWith: z.record(z.string(), z.string()).describe('Versions of the programs that made the numbers'),
    run: runFacts,
  })
  .describe('What ganeval measured of pictures at falling resolutions');

/** What `ablate` measured: for each set its curves of metrics against resolution, the tests between resolutions, and the finding in words. */
export type Ablation = z.infer<typeof ablationSchema>;
export type AblatedSet = z.infer<typeof ablatedSet>;
export type AblationCurve = z.infer<typeof curve>;
export type AblationPoint = z.infer<typeof point>;
export type AblationStep = z.infer<typeof step>;
export type AblationFinding = z.infer<typeof finding>;

/**
 * Checks a parsed JSON value.
 *
 * @param value what `JSON.parse` gave
 * @param name how a message speaks of it, such as its path. @default 'The value'
 * @returns the ablation
 * @throws {UsageError} naming the first field that is wrong
 */
export function parseAblation(value: unknown, name = 'The value'): Ablation {
  return parseDocument(ablationSchema, value, {
    name,
    kind: `a ${ABLATION_SCHEMA} document`,
    remedy: 'give what "ganeval ablate --json" wrote',
  });
}
