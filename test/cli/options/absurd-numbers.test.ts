import { describe, expect, test } from 'vitest';
import { readCount } from '../../../src/cli/options/number-flags.js';
import { optionSpecs, readText } from '../../../src/cli/options/specs.js';
import { findInherited } from '../../../src/cli/parsing/misuse.js';
import { UsageError } from '../../../src/core/errors.js';
import { parseGateConfig } from '../../../src/documents/gate-config.js';

const NUMBERS = optionSpecs().filter(({ kind }) => kind === 'number');

describe('a number that no machine can do is refused with what the option takes', () => {
  test.each([
    ['threads', '1e9', '--threads cannot be 1000000000: it takes a number of at most 1024.'],
    ['threads', '0', '--threads cannot be 0: it takes a number of at least 1.'],
    ['batch-size', '1e12', 'at most 65536'],
    ['splits', '1e9', 'at most 1000000'],
    ['kid-subsets', '1e9', 'at most 10000'],
    ['msssim-pairs', '1e15', 'at most 1000000'],
    ['resolutions', '8,1e9', 'at most 16384'],
    ['input-size', '1e9', 'at most 16384'],
    ['pixel-limit', '1e15', 'at most 2147483648'],
    ['level', '0.9999999999999999', 'at most 0.999999'],
  ])('--%s %s', (flag, text, says) => {
    const [spec] = NUMBERS.filter((each) => each.flag === flag);
    expect(() => readText(spec, text, `--${flag}`)).toThrow(UsageError);
    expect(() => readText(spec, text, `--${flag}`)).toThrow(says);
  });

  test.each(NUMBERS.map((spec) => [spec.flag, spec] as const))(
    '--%s takes no other notation',
    (flag, spec) => {
      for (const text of ['1e999', '-1e999', 'NaN', 'Infinity', '0x10', '', ' ', '1_000', '--1']) {
        expect(() => readText(spec, text, `--${flag}`)).toThrow(UsageError);
      }
    },
  );

  test('counts of other commands', () => {
    for (const count of ['0', '-1', '1.5', '1e10', '1e999', 'NaN', '0x10', '']) {
      const read = () => readCount({ count }, 'count');
      expect(read).toThrow('it takes a whole number from 1 to 1000000000.');
    }
    expect(readCount({ count: '12' }, 'count')).toBe(12);
  });

  test('bounds and levels of rules', () => {
    const rule = (fields: object) => ({ rules: [{ kind: 'absolute', metric: 'is', ...fields }] });
    for (const tolerance of [-1, 1e308, Number.POSITIVE_INFINITY, Number.NaN]) {
      const parse = () => parseGateConfig(rule({ tolerance }) as object, 'rules.json');
      expect(parse).toThrow(/^rules\.json is not a config of the gate \(rules\.0\.tolerance/);
    }
    expect(() => parseGateConfig({ alpha: 1e-300 })).toThrow(/alpha/);
  });
});

test('options that every object has by its nature are unknown', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(findInherited(['score', 's', `--${name}`, '1'])).toBe(`--${name}`);
    expect(findInherited([`--${name}=1`])).toBe(`--${name}`);
    expect(findInherited([`--no-${name}`])).toBe(`--no-${name}`);
    expect(findInherited(['--', `--${name}`])).toBeUndefined();
  }
  expect(findInherited(['score', 'constructor', '--seed', '1', '-h', '-'])).toBeUndefined();
});
