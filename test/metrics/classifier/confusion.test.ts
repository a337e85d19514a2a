import { describe, expect, it } from 'vitest';
import { countConfusion } from '../../../src/metrics/classifier/confusion.js';

describe('a confusion matrix', () => {
  it('counts what each class was taken for, other classes of the network last', () => {
    const found = countConfusion({
      predicted: Int32Array.of(5, 5, 7, 5, 7, 9, -1),
      labels: Int32Array.of(0, 0, 0, 1, 1, 1, 1),
      classColumns: Int32Array.of(5, 7),
      classNames: ['cat', 'dog'],
      columnNames: ['', '', '', '', '', '', '', '', '', 'ship'],
    });
    expect(found.counts).toEqual([
      [2, 1, 0],
      [1, 1, 1],
    ]);
    expect(found.largest).toEqual([
      { class: 'cat', takenFor: 'dog', count: 1, n: 3 },
      { class: 'dog', takenFor: 'cat', count: 1, n: 4 },
      { class: 'dog', takenFor: 'ship', count: 1, n: 4 },
    ]);
  });

  it('keeps no matrix of a thousand classes, but the twenty largest mistakes', () => {
    const K = 1000;
    const found = countConfusion({
      predicted: Int32Array.from({ length: K }, (_, i) => (i + 1) % K),
      labels: Int32Array.from({ length: K }, (_, i) => i),
      classColumns: Int32Array.from({ length: K }, (_, i) => i),
      classNames: Array.from({ length: K }, (_, i) => `class ${i}`),
    });
    expect(found.counts).toBeUndefined();
    expect(found.largest).toHaveLength(20);
  });
});
