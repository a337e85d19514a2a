import { z } from 'zod';
import { refuseImpossible } from './impossible-numbers.js';
import { parseDocument } from './parse-document.js';
import { classValue, interval, ofReal } from './result.js';

/** The version of the document. A change that an older reader would misread gets a new number. */
export const WATCH_SCHEMA = 'ganeval/watch@1';

/** What may happen to a training, in the order in which the documentation explains it. */
export const WATCH_EVENT_KINDS = ['collapse', 'memorization', 'divergence', 'plateau', 'recovery'] as const;

const count = z.int().nonnegative();
const step = count.nullable().describe('Training step that its name states; null where it states none');

const setPath = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
    error: 'expected a path within the watched folder',
  })
  .describe('Path of the set within the watched folder, with "/" between its parts');

const metric = z.object({
  id: z.string(),
  network: z
    .string()
    .optional()
    .describe('The network that it is on, as entries of results name it; absent for the first'),
  title: z.string(),
  unit: z.string(),
  direction: z.enum(['higher', 'lower']).describe('Which way is better'),
  value: z.number(),
  se: z.number().optional().describe('Standard error of `value`'),
  interval: interval.optional(),
  n: count,
  perClass: z.array(classValue).optional(),
  ofReal: ofReal.optional(),
  tooFew: z.string().optional().describe('Why `value` means little at this number of pictures'),
});

const event = z.object({
  kind: z
    .enum(WATCH_EVENT_KINDS)
    .describe(
      'collapse: samples, or those of a class, became more alike; memorization: they come nearer to the reference’s pictures; divergence: they move away from it; plateau: no improvement any more; recovery: what an earlier event told is over',
    ),
  ends: z
    .enum(WATCH_EVENT_KINDS)
    .optional()
    .describe('Of a recovery: the kind of the event of this metric and class that is over'),
  class: z.string().optional().describe('The class that it is about; absent for all samples'),
  metric: z.string().describe('Id of the metric that tells it; or `duplicates` or `memorized`, of `copies`'),
  network: z.string().optional().describe('As the entry of the metric names it; absent for the first'),
  since: z.object({ set: setPath, step }).describe('The first set after the change, at its likeliest place'),
  message: z.string().describe('One sentence'),
  evidence: z
    .object({ statistic: z.number(), threshold: z.number() })
    .describe('The event is told when the statistic exceeds the threshold'),
});

const repeats = z.object({
  count: count.describe('Samples that repeat one, exactly or nearly'),
  exact: count.describe('Of these, byte for byte'),
  n: z.int().positive().describe('Samples that were compared'),
  expected: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      'As many would nearly, if samples were as real pictures are; absent where no metric compared features, and `count` has exact ones alone',
    ),
  moreThanChance: z.boolean(),
});

const copies = z
  .object({
    duplicates: repeats.describe('Of other samples'),
    memorized: repeats.optional().describe('Of pictures of the reference; absent without such'),
  })
  .describe('How many samples repeat a picture, as `findings` of a result counts them');

const head = {
  schema: z.literal(WATCH_SCHEMA),
  set: setPath,
  step,
};

const samples = z
  .object({
    count,
    digest: z.string().describe('As a result document has it'),
    classes: z
      .array(z.object({ name: z.string(), count }))
      .optional()
      .describe('Classes in order of their index; absent without labels'),
  })
  .describe('The pictures that were scored');

const tail = {
  warnings: z.array(z.string()),
  events: z.array(event).describe('What this set, with those before it, is evidence of'),
  run: z
    .object({
      time: z.string().describe('When the line was written, as ISO 8601 has it'),
      seconds: z.number().nonnegative().describe('Time that scoring took'),
      device: z.string().optional(),
    })
    .describe('Facts of one run; everything outside `run` is byte-equal in two equal runs'),
};

/** Zod schema of one line of `watch.jsonl`, as `ganeval watch` writes it; published as `ganeval/schema/watch.schema.json`. */
export const watchLineSchema = z
  .discriminatedUnion('status', [
    z.object({
      ...head,
      status: z.literal('scored'),
      samples: samples.optional(),
      metrics: z.array(metric),
      reference: z.array(metric).optional().describe('What real pictures have, of metrics that have it'),
      copies: copies.optional(),
      ...tail,
    }),
    z.object({
      ...head,
      status: z.literal('failed'),
      reason: z.string().describe('One sentence'),
      samples: samples.optional(),
      metrics: z.array(metric).max(0),
      reference: z.array(metric).max(0).optional(),
      ...tail,
    }),
  ])
  .describe('One set of samples of a training that is watched');

/** One set of a watched training: its metrics, or why it has none, and the events that it tells. A line of `watch.jsonl`. */
export type WatchLine = z.infer<typeof watchLineSchema>;
export type WatchMetric = z.infer<typeof metric>;
/** How many samples repeat other pictures, exactly or nearly. */
export type WatchRepeats = z.infer<typeof repeats>;
/** What happened to a training, since which set, and with what evidence. */
export type WatchEvent = z.infer<typeof event>;

/**
 * Checks a parsed JSON value: its form, and that its numbers can have been measured.
 *
 * @param value what `JSON.parse` gave of one line
 * @param name how a message speaks of it, such as "line 3 of watch.jsonl". @default 'The value'
 * @returns the line
 * @throws {UsageError} naming the first field that is wrong
 */
export function parseWatchLine(value: unknown, name = 'The value'): WatchLine {
  return parseDocument(watchLineSchema.superRefine(refuseImpossibleLine), value, {
    name,
    kind: `a ${WATCH_SCHEMA} document`,
    remedy: 'give a line that "ganeval watch" wrote',
  });
}

function refuseImpossibleLine({ metrics, reference = [], samples }: WatchLine, context: z.RefinementCtx) {
  refuseImpossible(
    {
      metrics: [
        ...metrics.map((each) => ({ ...each, subject: 'samples' as const })),
        ...reference.map((each) => ({ ...each, subject: 'reference' as const })),
      ],
      samples,
    },
    context,
  );
}
