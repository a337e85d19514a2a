import type { GateRow, GateVerdict } from '../../documents/verdict.js';
import { drawChart } from '../charts/draw.js';
import { makeFigure } from '../charts/figure.js';
import { scatterSpec } from '../charts/scatter.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeTable } from '../page/table.js';
import { ARROWS, isShare } from '../score/summary.js';
import { formatCount } from '../text/numbers.js';
import {
  describeCompared,
  describeDifference,
  describeRow,
  gatherIncomparable,
  headlineOf,
  STATUS_WORDS,
  sortRows,
} from './summary.js';

const FEWEST_CLASSES = 3;

/** The gate's verdict as one HTML file that needs nothing from outside. */
export async function toGateHtml(verdict: GateVerdict): Promise<string> {
  const { failed, notComparable, passed } = sortRows(verdict);
  const figures = await classFigures(verdict);
  return makePage({
    title: `Image quality: ${verdict.passed ? 'passed' : 'failed'}`,
    lead: lead(verdict),
    sections: [
      ruleSection('failed', 'Failed', [...failed, ...notComparable]),
      incomparable(notComparable),
      verdict.notes.length > 0
        ? html`<section aria-labelledby="notes"><h2 id="notes">Notes</h2><ul class="warnings">${verdict.notes.map((note) => html`<li>${note}</li>`)}</ul></section>`
        : undefined,
      figures.length > 0
        ? html`<section aria-labelledby="charts"><h2 id="charts">Class by class</h2><div class="charts">${figures}</div></section>`
        : undefined,
      ruleSection('passed', 'Passed', passed),
      provenance(verdict),
    ],
    madeWith: 'Made with ganeval gate',
  });
}

function lead(verdict: GateVerdict): Markup {
  return html`<p><span class="badge ${verdict.passed ? 'good' : 'bad'}">${verdict.passed ? 'passed' : 'failed'}</span> <strong>${headlineOf(verdict)}</strong></p>
<p>Now ${describeCompared(verdict.now)}; baseline ${describeCompared(verdict.baseline)}.</p>
`;
}

function ruleSection(id: string, heading: string, rows: readonly GateRow[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>${makeTable({
    caption: `${heading}: ${formatCount(rows.length)} of the rules`,
    columns: [
      { heading: 'Metric' },
      { heading: 'Verdict' },
      { heading: 'Baseline', numeric: true },
      { heading: 'Now', numeric: true },
      { heading: 'Change', numeric: true },
      { heading: 'Test or bound' },
      { heading: 'Why' },
    ],
    rows: rows.map((row) => {
      const { name, baseline, now, change, asked } = describeRow(row);
      const verdict = html`<span class="badge ${row.status === 'pass' ? 'good' : 'bad'}">${STATUS_WORDS[row.status]}</span>`;
      return [`${name} ${ARROWS[row.direction]}`, verdict, baseline, now, change, asked, row.reason];
    }),
    sortable: true,
  })}</section>`;
}

function incomparable(rows: readonly GateRow[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  const items = gatherIncomparable(rows).map(
    ({ names, differences, reason, remedy }) =>
      html`<dt>${names.join(', ')}</dt><dd>${differences.length > 0 ? differences.map(describeDifference).join('; ') : reason}${remedy !== undefined && html`<br>${remedy}`}</dd>\n`,
  );
  return html`<section aria-labelledby="incomparable"><h2 id="incomparable">Not comparable</h2><dl class="facts">${items}</dl></section>`;
}

/** For each metric that has rules by class, the classes now against the baseline. */
async function classFigures({ rows }: GateVerdict): Promise<Markup[]> {
  const figures: Markup[] = [];
  for (const metric of [...new Set(rows.map((row) => row.metric))]) {
    const classes = new Map<string, GateRow>();
    for (const row of rows) {
      const isNews = row.status === 'fail' || !classes.has(row.class ?? '');
      const isClass = row.metric === metric && row.class !== undefined && row.resolution === undefined;
      if (isClass && isNews && row.baseline !== null && row.now !== null) classes.set(row.class!, row);
    }
    if (classes.size >= FEWEST_CLASSES)
      figures.push(await classFigure([...classes.values()], figures.length));
  }
  return figures;
}

async function classFigure(rows: readonly GateRow[], i: number): Promise<Markup> {
  const [{ title, unit, direction }] = rows;
  const scale = isShare(unit) ? 100 : 1;
  const ordered = [...rows].sort(
    (a, b) =>
      Number(b.status === 'fail') - Number(a.status === 'fail') ||
      Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0),
  );
  const values = rows.flatMap(({ baseline, now }) => [baseline! * scale, now! * scale]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.12;
  const domain = [least - room, most + room] as const;
  const heading = `${title}, class by class`;
  const side = direction === 'higher' ? 'below' : 'above';
  const caption = `Classes ${side} the dashed line are worse than in the baseline; triangles are those that failed.`;
  return makeFigure({
    heading,
    chart: await drawChart({
      spec: scatterSpec({
        points: ordered.map((row) => {
          const { baseline, now } = describeRow(row);
          return {
            name: row.class!,
            x: row.baseline! * scale,
            y: row.now! * scale,
            isBad: row.status === 'fail',
            tip: `${row.class}: ${baseline} in the baseline, ${now} now`,
          };
        }),
        x: { title: `Baseline${scale === 100 ? ' (%)' : ''}`, domain },
        y: { title: `Now${scale === 100 ? ' (%)' : ''}`, domain },
        diagonal: true,
      }),
      id: `chart-class-${i}`,
      title: heading,
      description: `${caption} The table after the chart has every number.`,
    }),
    caption: html`${caption}`,
    table: makeTable({
      caption: heading,
      columns: [
        { heading: 'Class' },
        { heading: 'Baseline', numeric: true },
        { heading: 'Now', numeric: true },
        { heading: 'Change', numeric: true },
        { heading: 'Verdict' },
      ],
      rows: ordered.map((row) => {
        const { baseline, now, change } = describeRow(row);
        return [row.class!, baseline, now, change, STATUS_WORDS[row.status]];
      }),
      sortable: true,
    }),
  });
}

function provenance({ baseline, now, alpha }: GateVerdict): Markup {
  const fact = (name: string, { source, digest, count }: GateVerdict['now']) =>
    html`<dt>${name}</dt><dd>${describeCompared({ source, digest, count })}<br><code>SHA-256 ${digest}</code></dd>\n`;
  return html`<section aria-labelledby="provenance"><h2 id="provenance">What was compared</h2><dl class="facts">
${fact('Now', now)}${fact('Baseline', baseline)}<dt>Level</dt><dd>p is corrected for the number of tests, and fails at ${alpha} or below.</dd>
</dl></section>`;
}
