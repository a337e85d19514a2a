import type { WatchLine, WatchRepeats } from '../../../documents/watch.js';
import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { makeTable } from '../../page/table.js';
import { warningList } from '../../page/warnings.js';
import { describeNumber } from '../../text/describe-number.js';
import { formatCount, formatFixed } from '../../text/numbers.js';
import { realValue } from '../real-value.js';
import type { WatchCurve, WatchRecord } from '../watch-record.js';
import { describePlace, nameMetric, writeValue } from '../words.js';

/** The numbers of the last set that was scored, beside the best so far and real pictures. */
export function latestSection(record: WatchRecord): Markup {
  const line = record.lastScored;
  if (!line) return makeSection('latest', 'The latest set', html`<p class="soft">No set was scored yet.</p>`);
  const curves = record.curves;
  return makeSection(
    'latest',
    'The latest set',
    html`${makeTable({
      caption: `${line.set}${line.samples ? `, ${line.samples.count.toLocaleString('en-US')} samples` : ''}`,
      columns: [
        { heading: 'Metric' },
        { heading: 'Value', numeric: true },
        { heading: 'Interval', numeric: true },
        { heading: 'Real pictures', numeric: true },
        { heading: 'Best so far', numeric: true },
      ],
      rows: [...line.metrics.map((entry) => rowOf(line, entry, curves)), ...copyRows(line)],
      foldable: true,
      boxed: false,
    })}${line.warnings.length > 0 && warningList(line.warnings)}`,
  );
}

function copyRows(line: WatchLine): string[][] {
  if (line.status === 'failed' || !line.copies) return [];
  const { duplicates, memorized } = line.copies;
  return [
    copyRow('Samples that repeat another sample', duplicates),
    ...(memorized ? [copyRow('Samples that repeat a picture of the reference', memorized)] : []),
  ];
}

function copyRow(title: string, { count, expected }: WatchRepeats): string[] {
  return [title, formatCount(count), '', expected === undefined ? '' : formatFixed(expected, 1), ''];
}

function rowOf(
  line: WatchLine,
  entry: WatchLine['metrics'][number],
  curves: readonly WatchCurve[],
): (string | Markup)[] {
  const { value, interval } = describeNumber(entry, entry.unit);
  const real = realValue(line, entry);
  const best = curves.find(({ metric }) => metric.id === entry.id && metric.network === entry.network)?.best;
  return [
    html`${nameMetric(entry)}${entry.tooFew !== undefined && html`<br><small class="soft">${entry.tooFew}</small>`}`,
    value,
    interval,
    real === undefined ? '' : writeValue({ value: real, se: entry.se }, entry.unit),
    best
      ? html`${writeValue({ value: best.value, se: entry.se }, entry.unit)} <small class="soft">${describePlace(best)}</small>`
      : '',
  ];
}
