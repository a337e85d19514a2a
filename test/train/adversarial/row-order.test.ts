import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowOrder } from '../../../src/train/adversarial/row-order.js';

const rowsOfEpoch = (order: RowOrder, epoch: number) =>
  Array.from({ length: order.stepsPerEpoch }, (_, i) => [
    ...order.rowsOf(epoch * order.stepsPerEpoch + i),
  ]).flat();

describe('RowOrder', () => {
  it('takes every row once an epoch, but for a last batch that is not full', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 9, max: 40 }),
        fc.nat(5),
        (size, count, epoch) => {
          const rows = rowsOfEpoch(new RowOrder({ size }, count, 3, 0), epoch);
          expect(rows).toHaveLength(count - (count % size));
          expect(new Set(rows).size).toBe(rows.length);
          expect(Math.max(...rows)).toBeLessThan(count);
        },
      ),
    );
  });

  it('says the same of a step, whichever was asked for before', () => {
    const [one, other] = [0, 1].map(() => new RowOrder({ size: 4 }, 10, 3, 0));
    const forwards = [0, 1, 2, 3, 4].map((step) => [...one.rowsOf(step)]);
    const backwards = [4, 3, 2, 1, 0].map((step) => [...other.rowsOf(step)]).reverse();
    expect(backwards).toEqual(forwards);
  });

  it('differs by epoch, by seed and by wish', () => {
    const order = (seed: number, index: number) => new RowOrder({ size: 20 }, 20, seed, index);
    const some = [order(3, 0).rowsOf(0), order(3, 0).rowsOf(1), order(4, 0).rowsOf(0), order(3, 1).rowsOf(0)];
    expect(new Set(some.map(String)).size).toBe(4);
  });

  it('goes through the rows that were chosen, again and again where a batch takes more', () => {
    const order = new RowOrder({ size: 5, rows: Int32Array.of(7, 8, 9) }, 100, 1, 0);
    expect(order.stepsPerEpoch).toBe(1);
    const rows = [0, 1, 2].flatMap((step) => [...order.rowsOf(step)]);
    for (let from = 0; from < 15; from += 3) {
      expect(rows.slice(from, from + 3).sort()).toEqual([7, 8, 9]);
    }
  });
});
