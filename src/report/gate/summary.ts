import type { GateRow, GateVerdict } from '../../documents/verdict.js';
import { isShare } from '../text/describe-number.js';
import { chooseDigits, type Digits, formatNumber, formatP, formatSigned, plural } from '../text/numbers.js';

// What the gate's reports say, before each lays it out. Names are here as they came; each report neutralizes them.

/** How a row's status is written. */
export const STATUS_WORDS: Readonly<Record<GateRow['status'], string>> = {
  pass: 'pass',
  fail: 'FAIL',
  'not-comparable': 'not comparable',
};

const MAX_NAMES = 4;

/** What a row is about: "Class accuracy of cat at 16×16". */
export function nameOfRow({ title, class: name, resolution }: GateRow): string {
  const whose = name === undefined ? '' : ` of ${name}`;
  const where = resolution === undefined ? '' : ` at ${resolution}×${resolution}`;
  return `${title}${whose}${where}`;
}

/** The texts of a row: value before and now, change, and what the rule asks. Empty where there is none. */
export interface RowTexts {
  readonly name: string;
  readonly baseline: string;
  readonly now: string;
  readonly change: string;
  readonly asked: string;
}

export function describeRow(row: GateRow): RowTexts {
  const digits = digitsOfRow(row);
  const write = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : `${formatNumber(value, digits)}${digits.suffix}`;
  return {
    name: nameOfRow(row),
    baseline: write(row.baseline),
    now: write(row.now),
    change: row.change === null ? '' : `${formatSigned(row.change, digits)}${digits.suffix}`,
    asked: describeAsked(row, write),
  };
}

/** Digits that show what the change leaves uncertain, or what is allowed of it. */
function digitsOfRow({ baseline, now, change, interval, tolerance, unit }: GateRow): Digits {
  const size = Math.max(Math.abs(baseline ?? 0), Math.abs(now ?? 0));
  const half = interval && (interval.high - interval.low) / 4;
  return chooseDigits(size, half || tolerance || Math.abs(change ?? 0) || undefined, isShare(unit));
}

function describeAsked(row: GateRow, write: (value: number | undefined) => string): string {
  switch (row.kind) {
    case 'significant':
      return row.pAdjusted === undefined ? '' : `p ${formatP(row.pAdjusted)}`;
    case 'absolute':
    case 'relative':
      return row.tolerance === undefined ? '' : `worse by at most ${write(row.tolerance)}`;
    case 'floor':
      return row.limit === undefined ? '' : `at least ${write(row.limit)}`;
    case 'ceiling':
      return row.limit === undefined ? '' : `at most ${write(row.limit)}`;
  }
}

/** The rows by what came of them, each in the order of the verdict. */
export function sortRows({ rows }: GateVerdict) {
  const having = (status: GateRow['status']) => rows.filter((row) => row.status === status);
  return { failed: having('fail'), notComparable: having('not-comparable'), passed: having('pass') };
}

/** The verdict as a sentence. */
export function headlineOf(verdict: GateVerdict): string {
  const { failed, notComparable, passed } = sortRows(verdict);
  if (verdict.passed) {
    return `Passed: the samples are no worse than the baseline by any of ${plural(passed.length, 'rule')}.`;
  }
  const parts = [
    ...(failed.length > 0 ? [`${failed.length} failed (${nameSomeRows(failed)})`] : []),
    ...(notComparable.length > 0
      ? [`${notComparable.length} not comparable (${nameSomeRows(notComparable)})`]
      : []),
  ];
  return `Failed: of ${plural(verdict.rows.length, 'rule')}, ${parts.join(', ')}.`;
}

function nameSomeRows(rows: readonly GateRow[]): string {
  const names = [...new Set(rows.map(nameOfRow))];
  const more = names.length - MAX_NAMES;
  return names.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** "./samples: 2,000 pictures", for the head of a report. */
export function describeCompared({ source, count }: GateVerdict['now']): string {
  return count === null ? source : `${source}: ${plural(count, 'picture')}`;
}

/** What does not match, and what to run, once for all rows that share it. */
export interface Incomparable {
  readonly names: readonly string[];
  readonly differences: GateRow['differences'];
  readonly reason: string;
  readonly remedy: string | undefined;
}

export function gatherIncomparable(rows: readonly GateRow[]): Incomparable[] {
  const groups = new Map<string, GateRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.differences, row.remedy, row.differences.length === 0 && row.reason]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({
    names: group.map(nameOfRow),
    differences: group[0].differences,
    reason: group[0].reason,
    remedy: group[0].remedy,
  }));
}

/** Why rows are not comparable, as a sentence without its end. */
export function describeIncomparable({
  differences,
  reason,
}: Pick<GateRow, 'differences' | 'reason'>): string {
  return differences.length > 0 ? differences.map(describeDifference).join('; ') : reason;
}

/** What alpha means, as a sentence. */
export function explainLevel({ alpha }: Pick<GateVerdict, 'alpha'>): string {
  return `p is corrected for the number of tests, and a test fails at ${alpha} or below.`;
}

/** "settings.profile is openai, and torch-fidelity in the baseline". */
export function describeDifference({ field, baseline, now }: GateRow['differences'][number]): string {
  return `${field} is ${now}, and ${baseline} in the baseline`;
}
