import type { ComputedMetric, EvaluationResult } from '../../documents/result.js';
import { neutralize } from '../../escape/neutralize.js';
import { bar } from '../text/bar.js';
import { describeNumber, intervalHeading, isShare } from '../text/describe-number.js';
import { describeRun } from '../text/describe-run.js';
import { describeSet } from '../text/describe-set.js';
import { formatCount, formatPercent } from '../text/numbers.js';
import { spellOutCommand } from '../text/spell-out-command.js';
import { INDENT, Page, type TerminalOptions } from '../text/terminal-page.js';
import type { Column } from '../text/text-table.js';
import { type ClassTable, tabulateClasses, WORSE_MEANS } from './class-table.js';
import { listConfusions } from './confusion.js';
import { describeFindings } from './copies.js';
import { isComputed, listNetworks, listNotComputed, nameOf, ofSamplesToo, titleOf } from './summary.js';
import { listShownWarnings } from './warnings.js';

/** Of more classes than this, the first and the last are shown, and between them those that are worse than real pictures. */
const MAX_CLASSES = 30;
const BAR_WIDTH = 20;
const MAX_CONFUSIONS = 3;

/** The result as a table for a person, a newline at the end. */
export function toScoreTerminal(result: EvaluationResult, options: TerminalOptions): string {
  const page = new Page(options);
  writeVerdict(page, result);
  writeHead(page, result);
  writeHeadlines(page, result);
  for (const entry of ofSamplesToo(result.metrics.filter(isComputed))) writeResolutions(page, entry);
  writeClasses(page, tabulateClasses(result));
  writeConfusions(page, result);
  writeFindings(page, result);
  writeNotComputed(page, result);
  const warnings = listShownWarnings(result);
  for (const warning of warnings) page.sentence(neutralize(warning), 'yellow', '! ');
  if (warnings.length > 0) page.blank();
  page.sentence(describeRun(result, options.device), 'dim');
  return page.text();
}

const MARKS = {
  bad: { mark: '✗ ', style: 'red' },
  caution: { mark: '! ', style: 'yellow' },
  note: { mark: '· ', style: 'bold' },
  good: { mark: '✓ ', style: 'green' },
} as const;

function writeVerdict(page: Page, { verdict }: EvaluationResult): void {
  const findings = verdict?.findings ?? [];
  for (const { severity, sentence } of findings) {
    const { mark, style } = MARKS[severity];
    page.sentence(neutralize(sentence), style, mark);
  }
  if (findings.length > 0) page.blank();
}

function writeHead(page: Page, result: EvaluationResult): void {
  page.sentence(neutralize(result.comparableWith), 'cyan');
  const { samples, reference, validation } = result;
  page.fact('samples', `${neutralize(samples.source)}: ${describeSet(samples)}`);
  if (reference) page.fact('reference', `${neutralize(reference.source)}: ${describeSet(reference)}`);
  if (validation) page.fact('validation', `${neutralize(validation.source)}: ${describeSet(validation)}`);
  for (const { name, sha256, metrics } of listNetworks(result)) {
    page.fact(
      'network',
      `${neutralize(name)} (${sha256.slice(0, 12)}): ${metrics.map(neutralize).join(', ')}`,
    );
  }
  page.blank();
}

function writeHeadlines(page: Page, result: EvaluationResult): void {
  const entries = result.metrics.filter(isComputed);
  if (entries.length === 0) return;
  const columns: Column[] = [
    { heading: 'metric', align: 'left', minWidth: 14 },
    { heading: 'value ± std. error', align: 'left' },
    { heading: intervalHeading(result), align: 'left', dropOrder: 1 },
    { heading: 'std', align: 'left', dropOrder: 3 },
    { heading: 'n', align: 'right', dropOrder: 2 },
  ];
  const rows = entries.map((entry) => {
    const { value, interval, std } = describeNumber(entry, entry.unit);
    return [neutralize(titleOf(entry)), value, interval, std, formatCount(entry.n)];
  });
  page.table(columns, rows);
  page.blank();
}

function writeResolutions(page: Page, entry: ComputedMetric): void {
  const { perResolution } = entry;
  if (!perResolution || perResolution.length === 0) return;
  page.heading(`${neutralize(nameOf(entry))} by resolution`);
  const largest = isShare(entry.unit) ? 1 : Math.max(...perResolution.map(({ value }) => value));
  const rows = perResolution.map((at) => {
    const { value, std } = describeNumber(at, entry.unit);
    const better = at.classesBetterAtFull;
    return [
      `${at.resolution}×${at.resolution}`,
      value,
      bar(at.value / largest, BAR_WIDTH),
      std,
      better === undefined ? '' : formatPercent(better),
      at.informative ? '' : 'not informative',
    ];
  });
  const columns: Column[] = [
    { heading: 'pixels', align: 'right' },
    { heading: 'value ± se', align: 'left' },
    { heading: '', align: 'left', dropOrder: 1 },
    { heading: 'std', align: 'left', dropOrder: 3 },
    { heading: 'classes better at full', align: 'left', dropOrder: 2 },
    { heading: '', align: 'left', minWidth: 8 },
  ];
  page.table(columns, rows);
  page.blank();
}

function writeClasses(page: Page, table: ClassTable | undefined): void {
  if (!table || table.rows.length === 0) return;
  page.heading('By class');
  const columns: Column[] = [
    { heading: 'class', align: 'left', minWidth: 12 },
    { heading: 'n', align: 'right', dropOrder: 100 },
    ...table.headings.map((heading, index): Column => {
      return { heading: neutralize(heading), align: 'right', dropOrder: table.headings.length - index };
    }),
  ];
  const line = ({ name, n, cells }: ClassTable['rows'][number]) => [
    neutralize(name),
    formatCount(n),
    ...cells,
  ];
  if (table.rows.length <= MAX_CLASSES) {
    page.table(columns, table.rows.map(line));
  } else {
    const half = Math.floor(MAX_CLASSES / 2);
    const middle = table.rows.slice(half, -half);
    // What is worse is shown wherever it stands.
    const worse = middle.filter(({ isWorse }) => isWorse).slice(0, MAX_CLASSES);
    const left = middle.length - worse.length;
    const gap = [`(${formatCount(left)} more)`, '', ...table.headings.map(() => '')];
    const [first, last] = [table.rows.slice(0, half), table.rows.slice(-half)];
    page.table(columns, [...[...first, ...worse].map(line), ...(left > 0 ? [gap] : []), ...last.map(line)]);
    const and = worse.length > 0 ? ', and those that are worse than real pictures' : '';
    page.sentence(`The first and the last classes${and}; --csv FILE writes all of them.`, 'dim');
  }
  if (table.hasWorse) page.sentence(WORSE_MEANS, 'dim', INDENT);
  page.blank();
}

function writeConfusions(page: Page, result: EvaluationResult): void {
  const largest = listConfusions(result)?.largest.slice(0, MAX_CONFUSIONS) ?? [];
  if (largest.length === 0) return;
  page.heading('Largest confusions');
  for (const { class: name, takenFor, count, n, real } of largest) {
    const beside = real ? ` (real pictures: ${formatCount(real.count)} of ${formatCount(real.n)})` : '';
    const text = `${name} taken for ${takenFor}: ${formatCount(count)} of ${formatCount(n)}${beside}`;
    page.sentence(neutralize(text), undefined, INDENT);
  }
  page.blank();
}

function writeFindings(page: Page, result: EvaluationResult): void {
  const findings = describeFindings(result);
  if (findings.length === 0) return;
  page.heading('Copies');
  for (const { text, bad } of findings) {
    page.sentence(neutralize(text), bad ? 'red' : undefined, bad ? '! ' : INDENT);
  }
  page.blank();
}

function writeNotComputed(page: Page, result: EvaluationResult): void {
  const missing = listNotComputed(result);
  if (missing.length === 0) return;
  page.heading('Not computed');
  // Metrics that lack the same thing share a sentence.
  const namesByReason = new Map<string, string[]>();
  for (const { name, reason } of missing) {
    namesByReason.set(reason, [...(namesByReason.get(reason) ?? []), neutralize(name)]);
  }
  for (const [reason, names] of namesByReason) {
    page.sentence(
      `${names.join(', ')}: ${neutralize(spellOutCommand(reason, page.options.command))}`,
      undefined,
      INDENT,
    );
  }
  page.blank();
}
