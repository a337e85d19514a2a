import type { WatchLine, WatchMetric } from '../../documents/watch.js';
import { neutralize } from '../../escape/neutralize.js';
import { nameOf } from '../../metrics/shortcuts.js';
import { isShare } from '../../report/text/describe-number.js';
import { chooseDigits, formatDuration, formatValue } from '../../report/text/numbers.js';

/**
 * A set in one line for a terminal: its name, the values of all metrics with their standard errors, and how long it took.
 *
 * @param place `waiting`: how many finished sets wait behind it
 */
export function watchLineToText(
  line: WatchLine,
  { waiting = 0 }: { readonly waiting?: number } = {},
): string {
  const { set, run, events } = line;
  const time = formatDuration(run.seconds);
  const what =
    line.status === 'failed'
      ? `failed: ${neutralize(line.reason)}`
      : [...line.metrics.map(metricToText), ...copiesToText(line)].join('  ');
  const told = events.map(({ message }) => `\n  ${neutralize(message)}`).join('');
  const behind = waiting > 0 ? `, ${waiting} ${waiting === 1 ? 'set waits' : 'sets wait'}` : '';
  return `${neutralize(set)}  ${what}  (${time}${behind})${told}\n`;
}

/** Copies, where there are more than chance explains. */
function copiesToText({ copies }: Extract<WatchLine, { readonly status: 'scored' }>): string[] {
  if (!copies) return [];
  const { duplicates, memorized } = copies;
  return [
    ...(duplicates.moreThanChance ? [`${duplicates.count} repeat another sample`] : []),
    ...(memorized?.moreThanChance ? [`${memorized.count} repeat a real picture`] : []),
  ];
}

function metricToText({ id, title, value, se, unit }: WatchMetric): string {
  return `${nameOf({ id, title })} ${formatValue(value, se, chooseDigits(value, se, isShare(unit)))}`;
}
