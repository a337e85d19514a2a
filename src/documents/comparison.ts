import { z } from 'zod';
import { parseDocument } from './parse-document.js';
import { imageSet, interval } from './result.js';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const COMPARISON_SCHEMA = 'ganeval/comparison@1';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

const difference = z.object({
  field: z.string().describe('Where the two documents differ, as settings.profile'),
  yardstick: z.string(),
  here: z.string(),
});

const cell = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ok'),
    value: z.number(),
    std: z.number().optional().describe('What the papers print: over splits or subsets, ddof 0'),
    se: z.number().optional().describe('Standard error of `value`'),
    interval: interval.optional(),
    n: count,
    comparable: z.boolean().describe('Whether it may be compared with the yardstick’s number'),
    differences: z.array(difference).describe('What keeps it from that; empty where nothing does'),
    change: z
      .object({ value: z.number(), interval: interval.optional(), p: share.optional() })
      .optional()
      .describe(
        'Against the yardstick’s number, `p` two-sided; absent on the yardstick and where not comparable',
      ),
    best: z.boolean().describe('Significantly better than every other number that may be compared with it'),
  }),
  z.object({ status: z.literal('absent'), reason: z.string() }),
]);

const row = z.object({
  metric: z.string(),
  network: z
    .string()
    .optional()
    .describe('The network that it is on, as entries of results name it; absent for the first'),
  title: z.string(),
  unit: z.string(),
  direction: z.enum(['higher', 'lower']).describe('Which way is better'),
  class: z.string().optional(),
  resolution: count.optional(),
  yardstick: count.describe('Index of the first result that has the number'),
  cells: z.array(cell).describe('One per result, in their order'),
});

/** Zod schema of what `ganeval compare --json` writes; published as `ganeval/schema/comparison.schema.json`. */
export const comparisonSchema = z
  .object({
    schema: z.literal(COMPARISON_SCHEMA),
    level: z.number().gt(0).lt(1).describe('1 − α of the tests, each row by itself, and of the intervals'),
    results: z
      .array(
        z.object({
          name: z.string().describe('The file as it was given'),
          samples: imageSet,
          reference: imageSet.optional(),
          comparableWith: z.string(),
          warnings: z.array(z.string()),
        }),
      )
      .min(2),
    rows: z.array(row).describe('Metrics of the samples: whole, then by resolution, then by class'),
    notes: z.array(z.string()).describe('What may not be compared, and why, as sentences'),
  })
  .describe('Several results of ganeval side by side');

/** Several results side by side: a row for each number, a cell for each result, and what may not be compared. */
export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparisonRow = Comparison['rows'][number];
export type ComparisonCell = ComparisonRow['cells'][number];

/**
 * Checks a parsed JSON value.
 *
 * @param value what `JSON.parse` gave
 * @param name how a message speaks of it, such as its path. @default 'The value'
 * @returns the comparison
 * @throws {UsageError} naming the first field that is wrong
 */
export function parseComparison(value: unknown, name = 'The value'): Comparison {
  return parseDocument(comparisonSchema, value, {
    name,
    kind: `a ${COMPARISON_SCHEMA} document`,
    remedy: 'give what "ganeval compare --json" wrote',
  });
}
