import type { ComparisonCell, ComparisonRow } from '../documents/comparison.js';
import type { ResultFacts } from '../gate/judging/measurement.js';
import { noteSizes } from '../gate/judging/notes.js';

interface NamedResult {
  readonly name: string;
  readonly result: Pick<ResultFacts, 'samples' | 'reference' | 'verdict'>;
}

/** Which results are of pictures of other sizes than the first one's, and than their own reference's. */
export function listSizeNotes(named: readonly NamedResult[]): string[] {
  const [first, ...rest] = named;
  return [
    ...named.flatMap(({ name, result: { samples, reference } }) =>
      noteSizes([`The samples of ${name}`, samples], ['its reference pictures', reference]),
    ),
    ...rest.flatMap(({ name, result }) =>
      noteSizes([`The samples of ${name}`, result.samples], [`those of ${first.name}`, first.result.samples]),
    ),
  ];
}

/** What the verdict of a result says first, where it is bad: a number may be the best because the samples are copies. */
export function listVerdictNotes(named: readonly NamedResult[]): string[] {
  return named.flatMap(({ name, result }) => {
    const first = result.verdict?.findings[0];
    return first?.severity === 'bad' ? [`The verdict of ${name}: ${first.sentence}`] : [];
  });
}

/** One sentence for each metric and result that may not be compared with the yardstick, with the fields that differ. */
export function listNotes(names: readonly string[], rows: readonly ComparisonRow[]): string[] {
  return rows.flatMap((row) =>
    row.cells.flatMap((cell, index) => {
      if (!isApart(cell) || isSaidOfTheWhole(rows, row, index)) return [];
      const fields = cell.differences.map(
        ({ field, yardstick, here }) => `${field} is ${shorten(here)}, not ${shorten(yardstick)}`,
      );
      const against = `${names[index]} is not comparable with ${names[row.yardstick]}`;
      return [`${row.title}${partOf(row)}: ${against}: ${fields.join('; ')}.`];
    }),
  );
}

function isApart(cell: ComparisonCell): cell is Extract<ComparisonCell, { status: 'ok' }> {
  return cell.status === 'ok' && !cell.comparable;
}

/** What keeps a metric from comparison keeps its parts from it too. */
function isSaidOfTheWhole(rows: readonly ComparisonRow[], row: ComparisonRow, index: number): boolean {
  if (partOf(row) === '') return false;
  const whole = rows.find(
    (each) => each.metric === row.metric && each.network === row.network && partOf(each) === '',
  );
  return whole !== undefined && isApart(whole.cells[index]);
}

function partOf({ class: name, resolution }: ComparisonRow): string {
  if (name !== undefined) return ` of ${name}`;
  return resolution === undefined ? '' : ` at ${resolution}×${resolution}`;
}

/** The first digits of a digest are enough. */
function shorten(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text;
}
