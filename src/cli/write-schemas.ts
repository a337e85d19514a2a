import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ablationSchema } from '../documents/ablation.js';
import { baselineSchema } from '../documents/baseline.js';
import { comparisonSchema } from '../documents/comparison.js';
import { gateConfigSchema } from '../documents/gate-config.js';
import { evaluationResultSchema } from '../documents/result.js';
import { gateVerdictSchema } from '../documents/verdict.js';
import { scoreOptionsSchema } from '../evaluate/options.js';

// A step of the build: the JSON Schemas that are published with the package, from the schemas that the code uses.

const configSchema = scoreOptionsSchema
  .extend({ $schema: z.string().optional().describe('Where editors find this schema') })
  .describe('Options of ganeval for --config');

const folder = fileURLToPath(new URL('../schema/', import.meta.url));
mkdirSync(folder, { recursive: true });
write('result', z.toJSONSchema(evaluationResultSchema));
write('baseline', z.toJSONSchema(baselineSchema));
write('ablation', z.toJSONSchema(ablationSchema));
write('comparison', z.toJSONSchema(comparisonSchema));
write('config', z.toJSONSchema(configSchema, { io: 'input' }));
write('gate', z.toJSONSchema(gateConfigSchema, { io: 'input' }));
write('verdict', z.toJSONSchema(gateVerdictSchema));

function write(name: string, schema: object): void {
  writeFileSync(`${folder}${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
