import { describe, expect, it } from 'vitest';
import { parseResult } from '../../../src/documents/result.js';
import { toScoreJson } from '../../../src/report/score/json.js';
import { makeResult } from '../result-fixture.js';

describe('the JSON report', () => {
  it('is the result, readable again, with a newline at the end', () => {
    const text = toScoreJson(makeResult());
    expect(text.endsWith('}\n')).toBe(true);
    expect(parseResult(JSON.parse(text))).toEqual(makeResult());
  });

  it('has the same bytes whatever the order in which the keys were set', () => {
    const shuffled = reverseKeys(makeResult());
    expect(Object.keys(shuffled)[0]).toBe('run');
    expect(toScoreJson(shuffled)).toBe(toScoreJson(makeResult()));
  });

  it('takes an interval that misses its value, as a percentile bootstrap of a biased metric has', () => {
    const result = makeResult();
    const [is] = result.metrics;
    if (is.status === 'ok') is.interval = { level: 0.95, low: is.value + 1, high: is.value + 2 };
    expect(parseResult(JSON.parse(toScoreJson(result)))).toEqual(result);
  });

  it('refuses a number that JSON cannot hold, naming the field', () => {
    const result = makeResult();
    const [is] = result.metrics;
    if (is.status === 'ok') is.value = Number.NaN;
    expect(() => toScoreJson(result)).toThrow(/metrics\.0\.value/);
  });
});

/** Only objects whose keys the schema names; records such as createdWith keep the order of who made them. */
function reverseKeys<T>(value: T, key = ''): T {
  if (Array.isArray(value)) return value.map((item) => reverseKeys(item)) as T;
  if (typeof value !== 'object' || value === null || key === 'createdWith' || key === 'changed') return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, item]) => [name, reverseKeys(item, name)])) as T;
}
