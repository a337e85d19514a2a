import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scoreOptionsSchema } from '../../src/evaluate/options.js';
import { RESULT_SCHEMA } from '../../src/evaluate/result.js';

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

  it('describe the result', () => {
    const { properties, required } = read('result');
    expect(properties.schema.const).toBe(RESULT_SCHEMA);
    expect(required).toEqual(expect.arrayContaining(['samples', 'settings', 'metrics', 'warnings', 'run']));
  });
});
