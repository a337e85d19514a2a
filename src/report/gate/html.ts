import type { GateIllustrations } from '../../documents/illustrations.js';
import type { GateRow, GateVerdict } from '../../documents/verdict.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeChartSection, makeFacts, makeSection, type PageSection } from '../page/section.js';
import { makeTable } from '../page/table.js';
import { warningList } from '../page/warnings.js';
import { ARROWS } from '../text/describe-number.js';
import { formatCount, plural } from '../text/numbers.js';
import { classFigures } from './sections/classes.js';
import { failedPictures } from './sections/pictures.js';
import {
  describeCompared,
  describeIncomparable,
  describeRow,
  explainLevel,
  gatherIncomparable,
  headlineOf,
  STATUS_WORDS,
  sortRows,
} from './summary.js';

/**
 * The gate's verdict as one HTML file that needs nothing from outside.
 *
 * @param illustrations pictures of what failed. @default none, and the page speaks of none
 */
export async function toGateHtml(verdict: GateVerdict, illustrations?: GateIllustrations): Promise<string> {
  const { failed, notComparable, passed } = sortRows(verdict);
  return makePage({
    title: `Image quality: ${verdict.passed ? 'passed' : 'failed'}`,
    lead: lead(verdict),
    sections: [
      ruleSection('failed', 'Failed', tabulate('Failed', [...failed, ...notComparable])),
      incomparable(notComparable),
      illustrations && failedPictures(verdict, illustrations),
      verdict.notes.length > 0 ? makeSection('notes', 'Notes', warningList(verdict.notes)) : undefined,
      makeChartSection('charts', 'Class by class', await classFigures(verdict)),
      ruleSection('passed', 'Passed', passedRules(passed, verdict.passed)),
      provenance(verdict),
    ],
    madeWith: 'Made with ganeval gate',
  });
}

function lead(verdict: GateVerdict): Markup {
  return html`<p class="verdict ${verdict.passed ? 'good' : 'bad'}">${headlineOf(verdict)}</p>
<p>Now ${describeCompared(verdict.now)}; baseline ${describeCompared(verdict.baseline)}.</p>
`;
}

function ruleSection(id: string, heading: string, table: Markup | undefined): PageSection | undefined {
  return table && makeSection(id, heading, table);
}

function tabulate(heading: string, rows: readonly GateRow[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  return makeTable({
    caption: `${heading}: ${formatCount(rows.length)} of the rules`,
    columns: [
      { heading: 'Metric' },
      { heading: 'Verdict' },
      { heading: 'Baseline', numeric: true },
      { heading: 'Now', numeric: true },
      { heading: 'Change', numeric: true },
      { heading: 'Test or bound' },
      { heading: 'Why', prose: true },
    ],
    rows: rows.map((row) => {
      const { name, baseline, now, change, asked } = describeRow(row);
      const verdict = html`<span class="badge ${row.status === 'pass' ? 'good' : 'bad'}">${STATUS_WORDS[row.status]}</span>`;
      return [`${name} ${ARROWS[row.direction]}`, verdict, baseline, now, change, asked, row.reason];
    }),
    sortable: true,
    foldable: true,
    boxed: false,
  });
}

/** Folded up where something failed, so that they are not in the way. */
function passedRules(rows: readonly GateRow[], allPassed: boolean): Markup | undefined {
  const table = tabulate('Passed', rows);
  if (!table || allPassed) return table;
  return html`<details><summary>${plural(rows.length, 'rule')} passed</summary>${table}</details>`;
}

function incomparable(rows: readonly GateRow[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  const facts = gatherIncomparable(rows).map((group) => {
    const remedy = group.remedy !== undefined && html`<br>${group.remedy}`;
    return [group.names.join(', '), html`${describeIncomparable(group)}${remedy}`] as const;
  });
  return makeSection('incomparable', 'Not comparable', makeFacts(facts));
}

function provenance({ baseline, now, alpha }: GateVerdict): Markup {
  const describe = (compared: GateVerdict['now']) =>
    html`${describeCompared(compared)}<br><code>SHA-256 ${compared.digest}</code>`;
  return makeSection(
    'provenance',
    'What was compared',
    makeFacts([
      ['Now', describe(now)],
      ['Baseline', describe(baseline)],
      ['Level', explainLevel({ alpha })],
    ]),
  );
}
