import { z } from 'zod';
import { ablationSchema } from '../../documents/ablation.js';
import { baselineSchema } from '../../documents/baseline.js';
import { classPlanSchema } from '../../documents/class-plan.js';
import { comparisonSchema } from '../../documents/comparison.js';
import { gateConfigSchema } from '../../documents/gate-config.js';
import { evaluationResultSchema } from '../../documents/result.js';
import { classificationSchema } from '../../documents/trained/classification.js';
import { inpaintingSchema } from '../../documents/trained/inpainting.js';
import { inversionSchema } from '../../documents/trained/inversion.js';
import { gateVerdictSchema } from '../../documents/verdict.js';
import { watchLineSchema } from '../../documents/watch.js';
import { scoreOptionsSchema } from '../../evaluate/options.js';

/** A JSON Schema that is published with the package, as `ganeval/schema/NAME.schema.json`. */
export interface PublishedSchema {
  readonly name: string;
  /** Which command writes or reads such documents, for the reference. */
  readonly where: string;
  /** From which the JSON Schema is made; its description says what a document is. */
  readonly source: z.ZodType;
  /** Whether people write such documents, and may leave out what has a default. */
  readonly io: 'input' | 'output';
}

const configSchema = scoreOptionsSchema
  .extend({ $schema: z.string().optional().describe('Where editors find this schema') })
  .describe('Options of ganeval for --config');

export const PUBLISHED_SCHEMAS: readonly PublishedSchema[] = [
  {
    name: 'result',
    where: '`ganeval score` and `ganeval merge` write it with `--json`; `gate` and `compare` read it.',
    source: evaluationResultSchema,
    io: 'output',
  },
  {
    name: 'ablation',
    where: '`ganeval ablate` writes it with `--json`.',
    source: ablationSchema,
    io: 'output',
  },
  {
    name: 'comparison',
    where: '`ganeval compare` writes it with `--json`.',
    source: comparisonSchema,
    io: 'output',
  },
  {
    name: 'baseline',
    where: '`ganeval gate` writes it with `--update`, and reads it with `--baseline`.',
    source: baselineSchema,
    io: 'output',
  },
  {
    name: 'verdict',
    where: '`ganeval gate` writes it with `--json`.',
    source: gateVerdictSchema,
    io: 'output',
  },
  {
    name: 'gate',
    where: 'You write it; `ganeval gate` reads it with `--rules`.',
    source: gateConfigSchema,
    io: 'input',
  },
  {
    name: 'watch',
    where: '`ganeval watch` writes one on each line of `watch.jsonl`.',
    source: watchLineSchema,
    io: 'output',
  },
  {
    name: 'inversion',
    where: '`ganeval invert` writes it as `inversion.json`, and with `--json`.',
    source: inversionSchema,
    io: 'output',
  },
  {
    name: 'inpainting',
    where: '`ganeval inpaint` writes it as `inpainting.json`, and with `--json`.',
    source: inpaintingSchema,
    io: 'output',
  },
  {
    name: 'classification',
    where: '`ganeval classify` writes it with `--json`.',
    source: classificationSchema,
    io: 'output',
  },
  {
    name: 'class-plan',
    where:
      '`ganeval train acgan` writes it with `--plan`, as `plan.json`, and reads it with `--plan-group` and `--plan-status`.',
    source: classPlanSchema,
    io: 'output',
  },
  {
    name: 'config',
    where: 'You write it; every command reads it with `--config`.',
    source: configSchema,
    io: 'input',
  },
];
