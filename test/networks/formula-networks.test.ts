import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isHalfInFile, networkTensor, roundToHalf } from './formula-networks.js';
import { type FormulaNetworkName, formulaNetwork } from './formula-shapes.js';
import { fnv1a32 } from './formula-weights.js';

const { tensors } = JSON.parse(
  readFileSync(
    new URL('../../fixtures/golden/networks-2026/weights_selfcheck.json', import.meta.url),
    'utf8',
  ),
);

describe('formula weights of the networks of 2026', () => {
  it.each(Object.keys(tensors).filter((each) => !each.startsWith('vgg16 classifier')))(
    '%s has the golden bits',
    (title) => {
      const expected = tensors[title];
      const [network, name] = title.split(' ') as [FormulaNetworkName, string];
      const { gain, half, shapes } = formulaNetwork(network);
      const shape = shapes.get(name) ?? [];
      expect(shape).toEqual(expected.shape);
      expect(fnv1a32(name)).toBe(expected.fnv1a32);
      const { data } = networkTensor(name, shape, { gain, half: false });
      expect([...data.subarray(0, 4)]).toEqual(expected.first4_value_float32);
      expect(data[data.length - 1]).toBe(expected.last_value_float32);
      expect(sum(data)).toBeCloseTo(expected.sum_float64, 7);
      expect(half && isHalfInFile(name)).toBe('first4_value_float16' in expected);
      if (!('first4_value_float16' in expected)) return;
      const rounded = networkTensor(name, shape, { gain, half }).data;
      expect([...rounded.subarray(0, 4)]).toEqual(expected.first4_value_float16);
      expect(sum(rounded)).toBeCloseTo(expected.sum_float64_of_float16, 7);
    },
  );

  it('rounds to float16, ties to even, below the normal numbers too', () => {
    expect(
      [1 + 2 ** -11, 1 + 3 * 2 ** -11, -1 - 2 ** -11, 2 ** -25, 3 * 2 ** -26, 0].map(roundToHalf),
    ).toEqual([1, 1 + 2 ** -9, -1, 0, 2 ** -24, 0]);
  });
});

function sum(data: Float32Array): number {
  return data.reduce((total, value) => total + value, 0);
}
