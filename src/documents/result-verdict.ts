import { z } from 'zod';

const count = z.int().nonnegative();

/** What a finding is about. */
export const FINDING_KINDS = [
  'uninformed-classifier',
  'same-pictures',
  'other-class-names',
  'distance',
  'size-mismatch',
  'collapsed-class',
  'less-diverse-class',
  'low-class-value',
  'missing-class',
  'worse-than-real',
  'memorized',
  'copies',
  'too-few-pictures',
  'worst-class',
  'no-reference',
  'no-difference',
  'as-good-as-real',
] as const;

const finding = z.object({
  kind: z
    .enum(FINDING_KINDS)
    .describe(
      'uninformed-classifier: the classifier is no better than chance with real pictures, or with samples that have no real ones beside them; same-pictures: the samples have the features of the reference; other-class-names: samples and reference have no class name in common; ' +
        'distance: how far the samples are from the reference, where nothing was tested; size-mismatch: samples and reference differ in size; collapsed-class, less-diverse-class: its pictures are more alike than its real ones; ' +
        'low-class-value: another metric of a class is worse than of its real pictures; missing-class: the reference has a class that the samples lack; ' +
        'worse-than-real: a metric over all samples is worse than that of real pictures; memorized, copies: samples repeat reference pictures, or each other; ' +
        'too-few-pictures: numbers that mean little at this count; worst-class: the class with the lowest accuracy, where real pictures have none; no-reference: no real pictures to compare with; ' +
        'no-difference: no test found a difference; as-good-as-real: every difference is within 5 %, with its error',
    ),
  severity: z.enum(['bad', 'caution', 'note', 'good']),
  class: z
    .string()
    .optional()
    .describe('The class that it is about; of several, the one that stands out most'),
  classes: count.optional().describe('How many classes it is about'),
  metric: z.string().optional().describe('Id of the metric'),
  network: z
    .string()
    .optional()
    .describe('The network that it is on, as the entry of the metric names it; absent for the first'),
  value: z.number().optional().describe('Of the samples'),
  se: z.number().optional().describe('Standard error of `value`'),
  reference: z.number().optional().describe('What real pictures have'),
  referenceSe: z.number().optional().describe('Standard error of `reference`'),
  n: count.optional().describe('Samples that it is about'),
  p: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('One-sided chance of a difference this bad or worse, were there none; corrected for all tests'),
  sentence: z.string().describe('The finding with its number, the reference’s number and what they mean'),
});

const worseClass = z.object({
  metric: z.string(),
  network: z.string().optional().describe('As the entry of the metric names it; absent for the first'),
  class: z.string(),
  p: z.number().min(0).max(1).describe('One-sided, corrected for all tests'),
});

/** What a result says, the most important first. */
export const resultVerdict = z
  .object({
    alpha: z
      .number()
      .describe('Chance of any false alarm among all tests, were the samples as real as the reference'),
    tests: count.describe('Comparisons with the reference over which the p-values are corrected'),
    findings: z.array(finding).max(5).describe('Ranked by effect and evidence, the most important first'),
    worseClasses: z
      .array(worseClass)
      .describe(
        'Every class whose value is worse than that of its real pictures by more than chance explains',
      ),
  })
  .describe('What the numbers mean, in at most five findings');

export type ResultVerdict = z.infer<typeof resultVerdict>;
export type VerdictFinding = z.infer<typeof finding>;
