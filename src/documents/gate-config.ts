import { z } from 'zod';
import { parseDocument } from './parse-document.js';

/** Kinds of rules, in the order in which the documentation explains them. */
export const RULE_KINDS = ['significant', 'absolute', 'relative', 'floor', 'ceiling'] as const;

export type RuleKind = (typeof RULE_KINDS)[number];

/** Stands for every class, or every resolution, of the baseline. */
export const EVERY = '*';

const scope = {
  metric: z
    .string()
    .min(1)
    .describe(
      'Id of a metric of the baseline, such as is, accuracy, msssim, fid or precision; on a network beside the first METRIC@NETWORK, or a shortcut such as fd-dinov2',
    ),
  class: z
    .string()
    .min(1)
    .optional()
    .describe('A class by name, or * for each class [default: the value over all classes]'),
  resolution: z
    .union([z.int().min(1), z.literal(EVERY)])
    .optional()
    .describe('A side in pixels, or * for each resolution of the baseline [default: the full size]'),
};

/** Beyond it, numbers that are computed from a bound would overflow. */
export const LARGEST_BOUND = 1e100;

const tolerance = (what: string) => z.number().min(0).max(LARGEST_BOUND).describe(what);
const limit = (what: string) => z.number().min(-LARGEST_BOUND).max(LARGEST_BOUND).describe(what);

/** Smaller ones can't be told from no false alarm at all. */
const LEAST_ALPHA = 1e-9;

const ruleSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('significant'), ...scope })
    .describe(
      'Fails when the value is worse by more than chance explains, at the level alpha over all such rules',
    ),
  z
    .strictObject({
      kind: z.literal('absolute'),
      ...scope,
      tolerance: tolerance("Allowed worsening in the metric's own unit (0.02 of an accuracy is two points)"),
    })
    .describe('Fails when the value is worse than the baseline by more than the tolerance'),
  z
    .strictObject({
      kind: z.literal('relative'),
      ...scope,
      tolerance: tolerance("Allowed worsening as a share of the baseline's value (0.05 is 5 %)"),
    })
    .describe('Fails when the value is worse than the baseline by more than this share of it'),
  z
    .strictObject({
      kind: z.literal('floor'),
      ...scope,
      limit: limit('The least value that passes'),
    })
    .describe('Fails when the value is below the limit'),
  z
    .strictObject({
      kind: z.literal('ceiling'),
      ...scope,
      limit: limit('The largest value that passes'),
    })
    .describe('Fails when the value is above the limit'),
]);

/** What a gate checks. Every default stands here and nowhere else. */
export const gateConfigSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where editors find this schema'),
    alpha: z
      .number()
      .min(LEAST_ALPHA)
      .lt(0.5)
      .default(0.05)
      .describe('Chance of a false alarm of all `significant` rules together'),
    rules: z
      .array(ruleSchema)
      .nonempty()
      .optional()
      .describe(
        'What is checked [default: `significant` for every metric of the baseline, and for every class of those that have classes]',
      ),
    adjust: z
      .array(ruleSchema)
      .optional()
      .describe(
        'Rules beside those of `rules`, or beside the usual ones; one takes the place of a rule that asks the same of the same values: how far they may fall, their floor, their ceiling',
      ),
  })
  .describe('Rules of ganeval gate');

/** One rule as it is written. */
export type Rule = z.infer<typeof ruleSchema>;

/** A config with its defaults filled in. */
export type GateConfig = z.output<typeof gateConfigSchema>;

/** A config as a user writes it: everything may be left out. */
export type GateConfigInput = z.input<typeof gateConfigSchema>;

/** The config that is used where none is given. */
export const DEFAULT_GATE_CONFIG: GateConfig = gateConfigSchema.parse({});

/**
 * Checks a config and fills in the defaults.
 *
 * @param value what `JSON.parse` gave, or an object of the same form
 * @param name how a message speaks of it, such as its path. @default 'The value'
 * @returns the config with every default
 * @throws {UsageError} naming the first field that is wrong
 */
export function parseGateConfig(value: unknown, name = 'The value'): GateConfig {
  return parseDocument(gateConfigSchema, value, {
    name,
    kind: 'a config of the gate',
    remedy: 'see ganeval/schema/gate.schema.json',
  });
}
