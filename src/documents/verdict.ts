import { z } from 'zod';
import { RULE_KINDS } from './gate-config.js';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const VERDICT_SCHEMA = 'ganeval/verdict@1';

const compared = z.object({
  source: z.string().describe('The samples, as the user named them'),
  digest: z.string().describe("The samples' digest, from the result"),
  count: z.int().nonnegative().nullable(),
});

const difference = z.object({
  field: z.string().describe('Path in the result document, such as settings.profile'),
  baseline: z.string(),
  now: z.string(),
});

const row = z.object({
  metric: z.string(),
  network: z
    .string()
    .optional()
    .describe('The network that it is on, as entries of results name it; absent for the first'),
  title: z.string(),
  unit: z.string(),
  direction: z.enum(['higher', 'lower']).describe('Which way is better'),
  class: z.string().optional().describe('Absent: over all classes'),
  resolution: z.int().optional().describe('Absent: at full size'),
  kind: z.enum(RULE_KINDS),
  status: z.enum(['pass', 'fail', 'not-comparable']),
  baseline: z.number().nullable().describe('Null where the baseline has no such value'),
  now: z.number().nullable().describe('Null where the new result has no such value'),
  change: z.number().nullable().describe('now − baseline'),
  relativeChange: z.number().nullable().describe('change / |baseline|; null also where the baseline is 0'),
  tolerance: z
    .number()
    .optional()
    .describe("Of absolute and relative rules: the largest worsening that passes, in the metric's unit"),
  limit: z.number().optional().describe('Of floor and ceiling rules'),
  p: z
    .number()
    .optional()
    .describe('Of significant rules: one-sided, the chance of a change this bad or worse were there none'),
  pAdjusted: z
    .number()
    .optional()
    .describe('p corrected over all significant rules; fails at alpha or below'),
  interval: z
    .object({ level: z.number(), low: z.number(), high: z.number() })
    .optional()
    .describe(
      'Of `change`, two-sided, not corrected for the number of rules; where both results have their errors',
    ),
  test: z.string().optional().describe('How p was obtained'),
  reason: z.string().describe('The verdict as a sentence'),
  differences: z.array(difference).describe('What makes the two values not comparable'),
  remedy: z.string().optional().describe('Not comparable: what to run, as a sentence'),
});

export const gateVerdictSchema = z
  .object({
    schema: z.literal(VERDICT_SCHEMA),
    passed: z.boolean().describe('Whether every row passed'),
    alpha: z.number(),
    baseline: compared,
    now: compared,
    rows: z
      .array(row)
      .describe('One for each metric, class and resolution that a rule covers, in the order of the baseline'),
    notes: z.array(z.string()).describe('What a reader should know beside the rows, as sentences'),
  })
  .describe('Whether a result is worse than a baseline');

/** What the gate found. */
export type GateVerdict = z.infer<typeof gateVerdictSchema>;
export type GateRow = GateVerdict['rows'][number];
export type FieldDifference = z.infer<typeof difference>;
