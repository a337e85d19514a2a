import { expect, test } from 'vitest';
import { BASIS_SCHEMA, type Basis, findDifference, parseBasis } from '../../src/watch/basis.js';

const basis: Basis = {
  schema: BASIS_SCHEMA,
  metrics: ['fid', 'is'],
  reference: 'a',
  settings: { seed: 2020, splits: 10 },
  networks: { fid: 'n1', is: 'n1' },
};

test.each([
  [{ metrics: ['fid'] }, { of: 'run', what: '--metrics' }],
  [{ reference: null }, { of: 'run', what: 'the reference' }],
  [{ settings: { seed: 1, splits: 10 } }, { of: 'run', what: 'the setting seed' }],
  // Pictures in gray get another network by themselves.
  [{ networks: { is: 'n2' } }, { of: 'set', what: 'the network of is' }],
  [{ networks: { is: 'n1', kid: 'n2' } }, undefined],
])('%j', (change, difference) => {
  expect(findDifference(basis, { ...basis, ...change })).toEqual(difference);
});

test('what is no basis is none', () => {
  expect(parseBasis(JSON.stringify(basis))).toEqual(basis);
  for (const text of ['', '{', '{"schema":"other"}', 'null']) expect(parseBasis(text)).toBeUndefined();
});
