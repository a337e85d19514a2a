import type { Ablation } from '../../documents/ablation.js';
import { quoteName, sentence, table } from '../../escape/markdown-text.js';
import { describeRun } from '../text/describe-run.js';
import { describeSet } from '../text/describe-set.js';
import { formatCount } from '../text/numbers.js';
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

/** The ablation as GitHub-flavored Markdown, with headings from the second level, a newline at the end. */
export function toAblationMarkdown(ablation: Ablation): string {
  const named = nameSets(ablation);
  const blocks = [
    '## Resolution ablation',
    ...named.map(finding),
    sentence(ablation.comparableWith),
    sources(ablation, named),
    ...tabulateCurves(ablation).map(({ table }) => curves(table)),
    steps(named),
    ...named.map(classes),
    ...missing(ablation),
    ...ablation.warnings.map((warning) => `> **Warning:** ${sentence(warning)}`),
    `_${describeRun(ablation)}_`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function finding({ label, set }: NamedSet): string {
  const [first, ...rest] = set.finding.sentences.map(sentence);
  return [`**${label}: ${first}**`, ...rest].join('\n');
}

function sources(ablation: Ablation, named: readonly NamedSet[]): string {
  const { referenceStatistics: statistics } = ablation;
  const sets = named.map(({ label, set }) => ({ label, images: set.images }));
  if (statistics) sets.push({ label: 'reference', images: statistics });
  return [
    ...sets.map(({ label, images }) => `- ${label}: ${quoteName(images.source)}, ${describeSet(images)}`),
    ...listNetworks(ablation).map(
      ({ name, sha256, inputSize, metrics }) =>
        `- network: ${quoteName(name)} (\`${sha256.slice(0, 12)}\`), which sees ${pixels(inputSize)}, for ${metrics.join(', ')}`,
    ),
  ].join('\n');
}

function curves({ title, notes, labels, hasLosses, rows }: CurveTable): string {
  const headings = labels.flatMap((label) => [`${label} ± se`, ...(hasLosses ? ['of full size'] : [])]);
  const body = rows.map(({ resolution, informative, cells }) => [
    `${pixels(resolution)}${informative ? '' : ' (not informative)'}`,
    ...cells.flatMap(({ value, loss }) => [value, ...(hasLosses ? [loss] : [])]),
  ]);
  const parts = [`### ${sentence(title)} by resolution`, table(['pixels', ...headings], body)];
  return [...parts, ...notes.map(sentence)].join('\n\n');
}

function steps(named: readonly NamedSet[]): string {
  const rows = named.flatMap(({ label, set }) =>
    set.steps.map((each) => [label, ...describeStep(each).map(sentence)]),
  );
  if (rows.length === 0) return '';
  return `### Does more resolution help?\n\n${table(['', ...STEP_HEADINGS], rows)}\n\n${sentence(STEPS_NOTE)}`;
}

function classes({ label, set }: NamedSet): string {
  const curve = curveByClass(set);
  if (!curve) return '';
  const found = tabulateClassCurves(curve);
  const rows = found.rows.map(({ name, n, cells }) => [quoteName(name), formatCount(n), ...cells]);
  const whole = table(['class', 'n', ...found.resolutions.map(pixels)], rows);
  return `<details><summary>Class accuracy (%) of the ${label} by class and resolution</summary>\n\n${whole}\n\n</details>`;
}

function missing(ablation: Ablation): string[] {
  const lines = listMissing(ablation).map(({ what, reason }) => `- ${sentence(what)}: ${sentence(reason)}`);
  return lines.length === 0 ? [] : ['### Not computed', lines.join('\n')];
}
