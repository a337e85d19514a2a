import { neutralize } from '../../escape/neutralize.js';
import type { BaselineUpdate } from '../../gate/gate.js';

const SIGNIFICANT_DIGITS = 6;

/** What an update of the baseline did, for a person: a line for each thing that changed. */
export function updateToText({ path, changes, missing = [] }: BaselineUpdate): string {
  const lines = (changes ?? []).map(
    ({ what, before, after }) => `  ${neutralize(what)}: ${formatSide(before)} → ${formatSide(after)}`,
  );
  const head =
    changes === undefined
      ? 'A new baseline'
      : changes.length === 0
        ? 'Nothing changed in the baseline'
        : 'Changed in the baseline';
  const without = missing.map(({ title, reason }) => `Without ${neutralize(title)}: ${neutralize(reason)}`);
  return [`${head} ${neutralize(path)}${lines.length > 0 ? ':' : '.'}`, ...lines, ...without, ''].join('\n');
}

function formatSide(value: number | string | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'number'
    ? String(Number(value.toPrecision(SIGNIFICANT_DIGITS)))
    : neutralize(value);
}
