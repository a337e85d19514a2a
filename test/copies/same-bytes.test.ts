import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findCopiesOf, findRepeats } from '../../src/copies/same-bytes.js';
import { Inspections } from '../../src/images/inspections.js';

/** Files by their content; some of them have no row. Contents 0 and 1 differ after the first 48 bits only. */
const setOf = (contents: readonly number[], left: readonly boolean[]) => {
  const digestOf = (content: number) => {
    const hex = createHash('sha256').update(String(content)).digest('hex');
    return content < 2 ? `${'0'.repeat(12)}${hex.slice(12)}` : hex;
  };
  const kept = Int32Array.from(contents.keys()).filter((index) => !left[index]);
  const inspections = Inspections.of(
    contents.map((content) => ({ sha256: digestOf(content), width: 1, height: 1 })),
  );
  return { rows: { inspections, kept }, contents: Array.from(kept, (index) => contents[index]) };
};

const files = fc
  .tuple(fc.array(fc.nat(12), { maxLength: 40 }), fc.array(fc.boolean(), { maxLength: 40 }))
  .map(([contents, left]) => setOf(contents, left));

it('finds the rows that repeat an earlier one, or a row of another set, and the first that they repeat', () => {
  fc.assert(
    fc.property(files, files, (some, others) => {
      const firstAmong = (contents: readonly number[], row: number) => contents.indexOf(some.contents[row]);
      const rows = [...some.contents.keys()];
      const repeats = rows.map((row) => [row, firstAmong(some.contents, row)]);
      expect([...findRepeats(some.rows)]).toEqual(repeats.filter(([row, first]) => first < row));
      const copies = rows.map((row) => [row, firstAmong(others.contents, row)]);
      expect([...findCopiesOf(some.rows, others.rows)]).toEqual(copies.filter(([, first]) => first >= 0));
    }),
  );
});
