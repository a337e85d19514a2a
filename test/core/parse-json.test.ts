import { describe, expect, it } from 'vitest';
import { describeJsonFault, type JsonLimits, parseJson } from '../../src/core/parse-json.js';

const fault = (text: string, limits?: JsonLimits) => {
  try {
    return parseJson(text, limits);
  } catch (error) {
    return describeJsonFault(error);
  }
};
const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);

describe('JSON from elsewhere', () => {
  it('is parsed as it stands', () => {
    const value = { a: [1, -2.5e3, true, null, 'é"\\[{,:'], b: { '': [] } };
    expect(parseJson(JSON.stringify(value), { depth: 3, values: 20 })).toEqual(value);
    expect(fault('{"a":')).toMatch(/^is not JSON \(.*JSON.*\)$/);
  });

  it('may be nested only so deep', () => {
    expect(parseJson(nested(100))).toHaveLength(1);
    expect(fault(nested(101))).toBe(
      'is not JSON that can be read (it nests lists or objects more than 100 deep)',
    );
    expect(fault(nested(100_000))).toMatch(/more than 100 deep/);
    expect(fault(nested(100_000, '{"a":', '}'))).toMatch(/more than 100 deep/);
    expect(fault('['.repeat(1000))).toMatch(/more than 100 deep/);
    // Neither side by side nor in a string.
    expect(parseJson(`[${'[],'.repeat(1000)}[]]`)).toHaveLength(1001);
    expect(parseJson(JSON.stringify(`\\"${nested(1000)}\\`))).toHaveLength(2003);
  });

  it('may have only so many values, and keys as well', () => {
    expect(fault('[1,2,3]', { values: 4 })).toEqual([1, 2, 3]);
    expect(fault('[1,2,3,4]', { values: 4 })).toBe(
      'is not JSON that can be read (it has more than 4 values)',
    );
    expect(fault(`{"a":1,"b":{}}`, { values: 5 })).toMatch(/more than 5 values/);
    expect(fault(`[${'[],'.repeat(2 ** 20)}[]]`)).toMatch(/more than 1048576 values/);
    expect(parseJson(JSON.stringify(',:['.repeat(10)), { values: 4 })).toHaveLength(30);
  });

  it('changes no prototype, and takes the last of a key that stands twice', () => {
    const value = parseJson('{"__proto__": {"polluted": 1}, "a": 1, "a": 2}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in value).toBe(false);
    expect(value.a).toBe(2);
  });
});
