import type { Ablation } from '../../documents/ablation.js';
import { neutralize } from '../../escape/neutralize.js';
import { bar } from '../text/bar.js';
import { describeRun } from '../text/describe-run.js';
import { describeSet } from '../text/describe-set.js';
import { formatCount } from '../text/numbers.js';
import { spellOutCommand } from '../text/spell-out-command.js';
import { INDENT, Page, type TerminalOptions } from '../text/terminal-page.js';
import type { Column } from '../text/text-table.js';
import {
  type CurveTable,
  curveByClass,
  describeStep,
  listMissing,
  listNetworks,
  type NamedSet,
  nameSets,
  pixels,
  STEP_HEADINGS,
  STEPS_NOTE,
  tabulateClassCurves,
  tabulateCurves,
} from './summary.js';

const BAR_WIDTH = 12;
/** More classes than this are left to the files. */
const MAX_CLASSES = 30;

/** The ablation for a person at a terminal, a newline at the end. */
export function toAblationTerminal(ablation: Ablation, options: TerminalOptions): string {
  const page = new Page(options);
  const named = nameSets(ablation);
  writeHead(page, ablation, named);
  for (const each of named) writeFinding(page, each);
  for (const { table } of tabulateCurves(ablation)) writeCurves(page, table);
  writeSteps(page, named);
  for (const each of named) writeClasses(page, each);
  writeMissing(page, ablation);
  for (const warning of ablation.warnings) page.sentence(neutralize(warning), 'yellow', '! ');
  if (ablation.warnings.length > 0) page.blank();
  page.sentence(describeRun(ablation), 'dim');
  return page.text();
}

function writeHead(page: Page, ablation: Ablation, named: readonly NamedSet[]): void {
  page.sentence(neutralize(ablation.comparableWith), 'cyan');
  for (const { label, set } of named) {
    page.fact(label, `${neutralize(set.images.source)}: ${describeSet(set.images)}`);
  }
  const { referenceStatistics: statistics } = ablation;
  if (statistics) page.fact('reference', `${neutralize(statistics.source)}: ${describeSet(statistics)}`);
  for (const { name, sha256, inputSize, metrics } of listNetworks(ablation)) {
    const what = `${neutralize(name)} (${sha256.slice(0, 12)}), which sees ${pixels(inputSize)}`;
    page.fact('network', `${what}: ${metrics.map(neutralize).join(', ')}`);
  }
  page.blank();
}

function writeFinding(page: Page, { label, set }: NamedSet): void {
  const whose = label === 'samples' ? 'the samples' : label;
  page.heading(set.subject === 'reference' ? 'What the reference shows' : `What ${whose} show`);
  const [first, ...rest] = set.finding.sentences;
  page.sentence(neutralize(first), 'bold', INDENT);
  for (const text of rest) page.sentence(neutralize(text), undefined, INDENT);
  page.blank();
}

function writeCurves(page: Page, { title, notes, labels, hasLosses, rows }: CurveTable): void {
  page.heading(`${neutralize(title)} by resolution`);
  const columns: Column[] = [
    { heading: 'pixels', align: 'right' },
    ...labels.flatMap((label): Column[] => [
      { heading: `${label} ± se`, align: 'left' },
      { heading: '', align: 'left', dropOrder: 3 },
      { heading: hasLosses ? 'of full size' : '', align: 'right', dropOrder: 2 },
    ]),
    { heading: '', align: 'left', dropOrder: 1 },
  ];
  page.table(
    columns,
    rows.map(({ resolution, informative, cells }) => [
      pixels(resolution),
      ...cells.flatMap(({ value, share, loss }) => [value, bar(share, BAR_WIDTH), loss]),
      informative ? '' : 'not informative',
    ]),
  );
  for (const note of notes) page.sentence(neutralize(note), 'dim', INDENT);
  page.blank();
}

function writeSteps(page: Page, named: readonly NamedSet[]): void {
  const tested = named.filter(({ set }) => set.steps.length > 0);
  if (tested.length === 0) return;
  page.heading('Does more resolution help?');
  const [step, change, counts, p, classes, verdict] = STEP_HEADINGS;
  const columns: Column[] = [
    { heading: '', align: 'left', dropOrder: 1 },
    { heading: step, align: 'left' },
    { heading: change, align: 'left', dropOrder: 2 },
    { heading: counts, align: 'right', dropOrder: 5 },
    { heading: p, align: 'right', dropOrder: 3 },
    { heading: classes, align: 'right', dropOrder: 4 },
    { heading: verdict, align: 'left' },
  ];
  page.table(
    columns,
    tested.flatMap(({ label, set }) =>
      set.steps.map((each, index) => [index === 0 ? label : '', ...describeStep(each)]),
    ),
  );
  page.sentence(STEPS_NOTE, 'dim', INDENT);
  page.blank();
}

function writeClasses(page: Page, { label, set }: NamedSet): void {
  const curve = curveByClass(set);
  if (!curve) return;
  const table = tabulateClassCurves(curve);
  page.heading(`Class accuracy (%) of the ${label} by class and resolution`);
  if (table.rows.length > MAX_CLASSES) {
    page.sentence(`${formatCount(table.rows.length)} classes: --csv FILE writes them.`, 'dim', INDENT);
  } else {
    const columns: Column[] = [
      { heading: 'class', align: 'left', minWidth: 12 },
      { heading: 'n', align: 'right', dropOrder: 100 },
      ...table.resolutions.map((resolution, index): Column => {
        return { heading: pixels(resolution), align: 'right', dropOrder: table.resolutions.length - index };
      }),
    ];
    page.table(
      columns,
      table.rows.map(({ name, n, cells }) => [neutralize(name), formatCount(n), ...cells]),
    );
  }
  page.blank();
}

function writeMissing(page: Page, ablation: Ablation): void {
  const missing = listMissing(ablation);
  if (missing.length === 0) return;
  page.heading('Not computed');
  for (const { what, reason } of missing) {
    page.sentence(
      `${neutralize(what)}: ${neutralize(spellOutCommand(reason, page.options.command))}`,
      undefined,
      INDENT,
    );
  }
  page.blank();
}
