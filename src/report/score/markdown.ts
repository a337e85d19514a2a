import type { ComputedMetric, EvaluationResult } from '../../documents/result.js';
import { quoteName, sentence, table } from '../../escape/markdown-text.js';
import { describeNumber, intervalHeading } from '../text/describe-number.js';
import { describeRun } from '../text/describe-run.js';
import { describeSet } from '../text/describe-set.js';
import { formatCount, formatPercent, plural } from '../text/numbers.js';
import { tabulateClasses, WORSE_MEANS } from './class-table.js';
import { describeFindings } from './copies.js';
import { isComputed, listNetworks, listNotComputed, nameOf, ofSamplesToo, titleOf } from './summary.js';
import { groupWarnings } from './warnings.js';

/** The result as GitHub-flavored Markdown, with headings from the second level, a newline at the end. */
export function toScoreMarkdown(result: EvaluationResult): string {
  const blocks = [
    '## Image quality',
    verdict(result),
    sentence(result.comparableWith),
    describeSources(result),
    warnings(result),
    headlines(result),
    ...ofSamplesToo(result.metrics.filter(isComputed)).map(resolutions),
    classes(result),
    ...findings(result),
    ...notComputed(result),
    `_${describeRun(result)}_`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const MARKS = { bad: '❌', caution: '⚠️', note: 'ℹ️', good: '✅' } as const;

function verdict({ verdict: reached }: EvaluationResult): string {
  return (reached?.findings ?? [])
    .map(({ severity, sentence: text }) => {
      const safe = sentence(text);
      return `- ${MARKS[severity]} ${severity === 'bad' || severity === 'good' ? `**${safe}**` : safe}`;
    })
    .join('\n');
}

function describeSources(result: EvaluationResult): string {
  const lines = [`- samples: ${quoteName(result.samples.source)}, ${describeSet(result.samples)}`];
  const { reference, validation } = result;
  if (reference) lines.push(`- reference: ${quoteName(reference.source)}, ${describeSet(reference)}`);
  if (validation) lines.push(`- validation: ${quoteName(validation.source)}, ${describeSet(validation)}`);
  for (const { name, sha256, metrics } of listNetworks(result)) {
    lines.push(`- network: ${quoteName(name)} (\`${sha256.slice(0, 12)}\`), for ${metrics.join(', ')}`);
  }
  return lines.join('\n');
}

function headlines(result: EvaluationResult): string {
  const rows = result.metrics.filter(isComputed).map((entry) => {
    const { value, interval, std } = describeNumber(entry, entry.unit);
    return [sentence(titleOf(entry)), value, interval, std, formatCount(entry.n)];
  });
  return rows.length === 0 ? '' : table(['metric', 'value ± se', intervalHeading(result), 'std', 'n'], rows);
}

function resolutions(entry: ComputedMetric): string {
  if (!entry.perResolution || entry.perResolution.length === 0) return '';
  const rows = entry.perResolution.map((at) => {
    const { value, interval, std } = describeNumber(at, entry.unit);
    const better = at.classesBetterAtFull === undefined ? '' : formatPercent(at.classesBetterAtFull);
    return [`${at.resolution}${at.informative ? '' : ' (not informative)'}`, value, interval, std, better];
  });
  return `### ${sentence(nameOf(entry))} by resolution\n\n${table(
    ['pixels', 'value ± se', 'interval', 'std', 'classes better at full size'],
    rows,
  )}`;
}

function classes(result: EvaluationResult): string {
  const found = tabulateClasses(result);
  if (!found || found.rows.length === 0) return '';
  const rows = found.rows.map(({ name, n, cells }) => [quoteName(name), formatCount(n), ...cells]);
  const whole = table(['class', 'n', ...found.headings.map(sentence)], rows);
  const note = found.hasWorse ? `\n\n${sentence(WORSE_MEANS)}` : '';
  return `<details><summary>By class</summary>\n\n${whole}${note}\n\n</details>`;
}

function findings(result: EvaluationResult): string[] {
  const lines = describeFindings(result).map(({ text, bad }) =>
    bad ? `- **${sentence(text)}**` : `- ${sentence(text)}`,
  );
  return lines.length === 0 ? [] : ['### Copies', lines.join('\n')];
}

function notComputed(result: EvaluationResult): string[] {
  const lines = listNotComputed(result).map(({ name, reason }) => `- ${sentence(name)}: ${sentence(reason)}`);
  return lines.length === 0 ? [] : ['### Not computed', lines.join('\n')];
}

function warnings(result: EvaluationResult): string {
  const groups = groupWarnings(result);
  if (groups.length === 0) return '';
  const count = groups.reduce((sum, { sentences }) => sum + sentences.length, 0);
  const lines = groups.flatMap(({ heading, sentences }) =>
    sentences.map((text) => `- **${sentence(heading)}:** ${sentence(text)}`),
  );
  return `<details><summary>${plural(count, 'warning')}</summary>\n\n${lines.join('\n')}\n\n</details>`;
}
