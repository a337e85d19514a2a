import type { WatchLine, WatchMetric } from '../../documents/watch.js';
import { quoteName, sentence, table } from '../../escape/markdown-text.js';
import { metricName } from '../name-values.js';

const DIGITS = 4;

/** What a watch has to say at its end. */
export interface WatchSummary {
  /** The last lines, oldest first. */
  readonly lines: readonly WatchLine[];
  /** The last messages of events, oldest first. */
  readonly events: readonly { readonly set: string; readonly message: string }[];
  readonly scored: number;
  readonly failed: number;
  readonly told: number;
}

/** A watch as Markdown: how many sets there were, what happened, and the metrics of the last ones. */
export function toWatchMarkdown({ lines, events, scored, failed, told }: WatchSummary): string {
  const columns = [...new Map(lines.flatMap(({ metrics }) => metrics).map((each) => [nameOf(each), each]))];
  const rows = lines.map((line) => [
    quoteName(line.set),
    ...(line.status === 'failed'
      ? [`failed: ${sentence(line.reason)}`, ...columns.slice(1).map(() => '')]
      : columns.map(([name]) => valueText(line.metrics.find((each) => nameOf(each) === name)))),
  ]);
  const headings = ['set', ...columns.map(([, { title, network }]) => quoteName(titleOf(title, network)))];
  const parts = [
    '## ganeval watch',
    `${count(scored, 'set')} scored, ${failed} failed, ${count(told, 'event')}.`,
    events.map(({ set, message }) => `- ${quoteName(set)}: ${sentence(message)}`).join('\n'),
    told > events.length ? `These are the last ${events.length} events.` : '',
    rows.length > 0 ? table(columns.length > 0 ? headings : [...headings, ''], rows) : '',
    scored + failed > lines.length ? `These are the last ${lines.length} sets.` : '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function nameOf({ id, network }: WatchMetric): string {
  return metricName({ metric: id, network });
}

function titleOf(title: string, network: string | undefined): string {
  return network === undefined ? title : `${title} (${network})`;
}

function valueText(metric: WatchMetric | undefined): string {
  if (!metric) return '';
  const { value, se } = metric;
  const text = Number(value.toPrecision(DIGITS)).toString();
  return se === undefined ? text : `${text} ± ${Number(se.toPrecision(2))}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
