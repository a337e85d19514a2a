import type { WatchLine, WatchMetric } from '../../documents/watch.js';
import { nameOf } from '../../metrics/shortcuts.js';
import { isShare } from '../../report/text/describe-number.js';
import { chooseDigits, formatDuration, formatValue } from '../../report/text/numbers.js';

/** A set in one line for a terminal: its name, the values of all metrics with their standard errors, and how long it took. */
export function watchLineToText(line: WatchLine): string {
  const { set, run, events } = line;
  const time = formatDuration(run.seconds);
  const what =
    line.status === 'failed' ? `failed: ${line.reason}` : line.metrics.map(metricToText).join('  ');
  const told = events.map(({ message }) => `\n  ${message}`).join('');
  return `${set}  ${what}  (${time})${told}\n`;
}

function metricToText({ id, title, value, se, unit }: WatchMetric): string {
  return `${nameOf({ id, title })} ${formatValue(value, se, chooseDigits(value, se, isShare(unit)))}`;
}
