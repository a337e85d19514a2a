import { describe, expect, it } from 'vitest';
import { checkOutcome } from '../../src/metrics/check-outcome.js';

const good = { value: 1.5, se: 0.1, std: 0, interval: { level: 0.95, low: 1.3, high: 1.7 }, n: 20 };

describe('what a metric returned', () => {
  it('passes as it is where documents can hold it', () => {
    expect(checkOutcome({ id: 'toy' }, good)).toBe(good);
    expect(checkOutcome({ id: 'toy' }, { value: 0, n: 0 })).toEqual({ value: 0, n: 0 });
    expect(checkOutcome({ id: 'toy' }, { reason: 'It rains.' })).toEqual({ reason: 'It rains.' });
  });

  it.each([
    [undefined, 'compute returned undefined'],
    [3, 'compute returned 3'],
    [{ ...good, value: Number.NaN }, 'value is NaN'],
    [{ ...good, value: Number.POSITIVE_INFINITY }, 'value is Infinity'],
    [{ value: 3 }, 'n is undefined'],
    [{ ...good, n: 1.5 }, 'n is 1.5'],
    [{ ...good, se: -1 }, 'se is -1'],
    [{ ...good, std: Number.NaN }, 'std is NaN'],
    [{ ...good, interval: [1, 2] }, 'interval is [1,2]'],
    [{ ...good, interval: { level: 0.95, low: Number.NaN, high: 2 } }, 'interval is {'],
    [{ ...good, details: { seSamples: Number.NaN } }, 'details.seSamples is NaN'],
    [
      { ...good, perClass: [{ class: 'a', value: null, n: 0 }, { value: -1 / 0 }] },
      'perClass.1.value is -Infinity',
    ],
    [{ ...good, perResolution: [{ se: Number.NaN }] }, 'perResolution.0.se is NaN'],
  ])('becomes a reason where it is %j', (outcome, fault) => {
    const checked = checkOutcome({ id: 'toy' }, outcome);
    expect(checked).toEqual({
      reason: expect.stringContaining(`The metric toy gave no valid result (${fault}`),
      invalid: expect.stringContaining(fault),
    });
  });
});
