import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ABLATION_SCHEMA } from '../../src/documents/ablation.js';
import { COMPARISON_SCHEMA } from '../../src/documents/comparison.js';
import { RESULT_SCHEMA } from '../../src/documents/result.js';
import { scoreOptionsSchema } from '../../src/evaluate/options.js';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../dist/schema/${name}.schema.json`, import.meta.url), 'utf8'));

describe('the published JSON Schemas', () => {
  it('describe every option of the config file, and refuse others', () => {
    const { properties, additionalProperties, required } = read('config');
    expect(Object.keys(properties)).toEqual([...Object.keys(scoreOptionsSchema.shape), '$schema']);
    expect(additionalProperties).toBe(false);
    expect(required).toBeUndefined();
    expect(properties.batchSize).toMatchObject({ type: 'integer', minimum: 1 });
    expect(properties.splits).toMatchObject({ type: 'integer', minimum: 1, default: 10 });
  });

  it('describe ablations and comparisons', () => {
    expect(read('ablation').properties.schema.const).toBe(ABLATION_SCHEMA);
    expect(read('ablation').required).toEqual(expect.arrayContaining(['sets', 'settings', 'run']));
    expect(read('comparison').properties.schema.const).toBe(COMPARISON_SCHEMA);
    expect(read('comparison').required).toEqual(expect.arrayContaining(['results', 'rows', 'notes']));
  });

  it('describe the result', () => {
    const { properties, required } = read('result');
    expect(properties.schema.const).toBe(RESULT_SCHEMA);
    expect(required).toEqual(expect.arrayContaining(['samples', 'settings', 'metrics', 'warnings', 'run']));
  });
});
