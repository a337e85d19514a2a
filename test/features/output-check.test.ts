import { describe, expect, test } from 'vitest';
import { MAX_FEATURE, OutputCheck } from '../../src/features/output-check.js';

const table = (rows: readonly (readonly number[])[]) => ({
  shape: [rows.length, rows[0].length],
  data: Float32Array.from(rows.flat()),
});

/** Checks one shard of pictures 10 and following, of which those of `bad` have no row. */
function check(arrays: Record<string, readonly (readonly number[])[]>, bad: readonly number[] = []) {
  const outputs = new OutputCheck();
  const rows = Object.values(arrays)[0].length;
  const info = { bad: bad.map((row) => ({ row, reason: 'is cut short' })), changes: {} };
  const tables = Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, table(values)]));
  outputs.add(10, 10 + rows + bad.length, { info, arrays: tables });
  return outputs;
}

describe('the check of what a network gives', () => {
  test.each<[string, number, string | undefined]>([
    ['NaN', Number.NaN, 'gives features that are not finite'],
    ['infinite', Number.POSITIVE_INFINITY, 'gives features that are not finite'],
    ['minus infinite', Number.NEGATIVE_INFINITY, 'gives features that are not finite'],
    ['too large', 2 * MAX_FEATURE, `gives features beyond ±${MAX_FEATURE}`],
    ['too far below', -1e38, `gives features beyond ±${MAX_FEATURE}`],
    ['large', 1e14, undefined],
    ['subnormal', 1e-42, undefined],
  ])('finds a feature that is %s', (_what, value, reason) => {
    const found = check({
      features: [
        [1, 2],
        [3, value],
        [5, 6],
      ],
    }).unusable;
    expect(found).toEqual(reason === undefined ? [] : [{ index: 11, reason }]);
  });

  test.each<[string, number[], boolean]>([
    ['rules one class out', [1, Number.NEGATIVE_INFINITY], true],
    ['rules every class out', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], false],
    ['is sure beyond all bounds', [1, Number.POSITIVE_INFINITY], false],
    ['is NaN', [Number.NaN, 1], false],
    ['is as large as float32 goes', [3.4e38, -3.4e38], true],
  ])('takes or refuses a row of logits that %s', (_what, row, fine) => {
    const found = check({ logits: [[0, 1], row] }).unusable;
    expect(found).toEqual(fine ? [] : [{ index: 11, reason: 'gives logits that are not finite' }]);
  });

  test('counts pictures without a row, and names a picture once', () => {
    const rows = [
      [1, 1],
      [Number.NaN, 1],
    ];
    expect(check({ features: rows, logits: rows }, [0, 2]).unusable).toEqual([
      { index: 13, reason: 'gives features that are not finite' },
    ]);
  });

  test.each<[string, number[][], boolean]>([
    [
      'of a softmax',
      [
        [0.25, 0.75],
        [1, 0],
      ],
      true,
    ],
    [
      'of a softmax in float16',
      [
        [0.3333, 0.3333, 0.3333],
        [0.1, 0.2, 0.7004],
      ],
      true,
    ],
    [
      'that once do not add up',
      [
        [0.25, 0.75],
        [0.5, 0.6],
      ],
      false,
    ],
    [
      'that once go below 0',
      [
        [0.25, 0.75],
        [-0.5, 1.5],
      ],
      false,
    ],
    ['of one column', [[1], [1]], false],
    ['of zeros', [[0, 0]], false],
  ])('tells probabilities from logits: rows %s', (_what, logits, are) => {
    const outputs = check({ logits });
    expect([outputs.holdsProbabilities('logits'), outputs.holdsProbabilities('scores')]).toEqual([
      are,
      false,
    ]);
  });
});
