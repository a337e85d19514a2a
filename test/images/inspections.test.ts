import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Inspections } from '../../src/images/inspections.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const list = [
  { sha256: sha256('a'), width: 1, height: 2 },
  { sha256: sha256('b'), width: 65_535, height: 2 ** 31 },
];

describe('inspections of many pictures', () => {
  it('come back as they were put in', () => {
    const all = Inspections.of(list);
    expect([...all]).toEqual(list);
    expect(all).toHaveLength(2);
    expect(all.at(1)).toEqual(list[1]);
    expect(() => Inspections.of([{ sha256: 'abc', width: 1, height: 1 }])).toThrow('expected a SHA-256');
  });

  it('give the digests of some, whether they follow each other or not', () => {
    const digests = Array.from({ length: 9 }, (_, i) => sha256(String(i)));
    const all = Inspections.of(digests.map((digest) => ({ sha256: digest, width: 1, height: 1 })));
    expect(all.sha256Of(2, 5)).toEqual(digests.slice(2, 5));
    expect(all.sha256Of(4, 4)).toEqual([]);
    for (const indices of [[], [3], [2, 3, 4], [2, 4, 3], [8, 0], [4, 4]]) {
      const expected = Buffer.from(indices.map((index) => digests[index]).join(''), 'hex');
      expect(Buffer.from(all.digests(indices))).toEqual(expected);
    }
  });

  it('order digests as their hex digits, which begin with the prefix', () => {
    const digests = Array.from({ length: 50 }, (_, i) => sha256(String(i)));
    const all = Inspections.of(digests.map((digest) => ({ sha256: digest, width: 1, height: 1 })));
    const order = [...digests.keys()].sort((a, b) => all.compareDigests(a, all, b));
    expect(order.map((index) => digests[index])).toEqual(digests.toSorted());
    for (const [index, digest] of digests.entries()) {
      expect(all.prefix(index)).toBe(Number.parseInt(digest.slice(0, 12), 16));
    }
  });
});
