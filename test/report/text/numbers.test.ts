import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseDigits,
  formatBytes,
  formatCount,
  formatDuration,
  formatValue,
} from '../../../src/report/text/numbers.js';

const write = (value: number, error?: number, percent = false) =>
  formatValue(value, error, chooseDigits(value, error, percent));

describe('a value with its uncertainty', () => {
  it.each([
    [5.00412, 0.0312, '5.004 ± 0.031'],
    [5.00412, 0.0996, '5.00 ± 0.10'],
    [5.00412, 0.00996, '5.004 ± 0.010'],
    [11.24, 0.12, '11.24 ± 0.12'],
    [523.14, 15.2, '523 ± 15'],
    [523.14, 152, '523 ± 152'],
    [-0.00004, 0.01, '0.000 ± 0.010'],
    [0.00000123, 0.00000031, '(1.23 ± 0.31)e-6'],
  ])('%d and %d are written %s', (value, error, text) => {
    expect(write(value, error)).toBe(text);
  });

  it('is written with four digits where nothing is known of its uncertainty', () => {
    expect(write(5.00412)).toBe('5.004');
    expect(write(0.071234)).toBe('0.07123');
    expect(write(1234.56)).toBe('1235');
    expect(write(0)).toBe('0.000');
  });

  it('is written in per cent when it is a share', () => {
    expect(write(0.8796, 0.00319, true)).toBe('87.96 ± 0.32 %');
    expect(write(1, undefined, true)).toBe('100.0 %');
    expect(write(0, undefined, true)).toBe('0.0 %');
    expect(write(0.00001, 0.000001, true)).toBe('0.00100 ± 0.00010 %');
  });

  it('does not let an uncertainty of 0 choose the digits', () => {
    expect(write(1, 0)).toBe('1.000 ± 0.000');
  });

  it('does not let an uncertainty that is rounding choose the digits', () => {
    const digits = chooseDigits(1.0000000000000002, 2e-15);
    expect(formatValue(1.0000000000000002, 2e-15, digits)).toBe('1.000 ± 0.000');
    expect(formatValue(5, 1e-6, chooseDigits(5, 1e-6))).toBe('5.0000000 ± 0.0000010');
  });

  it('reads back as the value to within half its uncertainty, unless that is rounding', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const error = fc.double({ min: 1e-9, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(value, error, (v, e) => {
        fc.pre(e > 1e-9 * Math.abs(v));
        const [, number, exponent] = /^\(?(-?[\d.]+) ± [\d.]+\)?(?:e(-?\d+))?$/.exec(write(v, e))!;
        expect(Math.abs(Number(number) * 10 ** Number(exponent ?? 0) - v)).toBeLessThanOrEqual(e / 2);
      }),
    );
  });
});

describe('plain quantities', () => {
  it('separates thousands', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
  });

  it.each([
    [0.42, '0.4 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1400, '1.4 kB'],
    [2e9, '2.0 GB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
