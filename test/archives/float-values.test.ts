import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findFloatType, fromHalf, readFloats } from '../../src/archives/float-values.js';

const { float16 } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/features/expected.json'), 'utf8'),
);

test('float16 are the numbers that NumPy reads', () => {
  expect(float16.bits.map(fromHalf)).toEqual(float16.values);
});

test('float16 that are no numbers', () => {
  expect([0x7c00, 0xfc00, 0x7e00].map(fromHalf)).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
});

test('both byte orders, wherever the bytes begin', () => {
  const bytes = Buffer.alloc(17);
  bytes.writeDoubleBE(Math.PI, 1);
  expect(readFloats(Buffer.from(bytes.subarray(1)), { bytes: 8, isBigEndian: true })).toEqual(
    Float64Array.of(Math.PI, 0),
  );
  bytes.writeFloatLE(0.5, 1);
  expect(readFloats(bytes.subarray(1, 5), { bytes: 4, isBigEndian: false })).toEqual(Float32Array.of(0.5));
});

test.each(['|u1', '<i4', '|O', '<c8', '<f16', 'f4'])('%s is no type of features', (type) => {
  expect(findFloatType(type)).toBeUndefined();
});
