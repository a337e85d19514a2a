import type { Ablation } from '../../documents/ablation.js';
import type { AblationIllustrations } from '../../documents/illustrations.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeChartSection, makeFacts, makeSection } from '../page/section.js';
import { listSettings, listVersions, setFacts } from '../page/set-facts.js';
import { makeTable } from '../page/table.js';
import { warningSection } from '../page/warnings.js';
import { describeRun } from '../text/describe-run.js';
import { ablationClasses } from './sections/classes.js';
import { ablationFigures } from './sections/curves.js';
import { reducedPictures } from './sections/pictures.js';
import {
  describeStep,
  listMissing,
  listNetworks,
  type NamedSet,
  nameSets,
  pixels,
  STEP_HEADINGS,
  STEPS_NOTE,
} from './summary.js';

/**
 * The resolution ablation as one HTML file that needs nothing from outside.
 *
 * @param illustrations pictures at each resolution. @default none, and the page speaks of none
 */
export async function toAblationHtml(
  ablation: Ablation,
  illustrations?: AblationIllustrations,
): Promise<string> {
  const named = nameSets(ablation);
  return makePage({
    title: `Resolution ablation of ${nameSamples(named)}`,
    lead: html`<p class="comparable">${ablation.comparableWith}</p>\n`,
    sections: [
      makeSection(
        'findings',
        'What the pictures show',
        html`<ul class="cards wide">${named.map(finding)}</ul>`,
      ),
      warningSection(ablation.warnings),
      illustrations && reducedPictures(illustrations, named),
      makeChartSection('charts', 'Against resolution', await ablationFigures(ablation)),
      steps(named),
      await ablationClasses(ablation),
      missing(ablation),
      provenance(ablation, named),
    ],
    madeWith: `Made with ganeval ${ablation.createdWith.ganeval ?? ''}`,
  });
}

/** "epoch10 and 2 more". */
function nameSamples(named: readonly NamedSet[]): string {
  const [first, ...others] = named
    .filter(({ set }) => set.subject === 'samples')
    .map(({ set }) => set.images.source);
  if (others.length === 0) return first ?? 'pictures';
  return others.length === 1 ? `${first} and ${others[0]}` : `${first} and ${others.length} more`;
}

function finding({ label, set }: NamedSet): Markup {
  const [first, ...rest] = set.finding.sentences;
  return html`<li><h3>${label}: ${set.images.source}</h3><p><strong>${first}</strong></p>${rest.map((sentence) => html`<p>${sentence}</p>`)}</li>
`;
}

function steps(named: readonly NamedSet[]): Markup | undefined {
  const rows = named.flatMap(({ label, set }) => set.steps.map((step) => [label, ...describeStep(step)]));
  if (rows.length === 0) return undefined;
  const table = makeTable({
    caption: 'Accuracy from each resolution to the next',
    columns: [{ heading: 'pictures' }, ...STEP_HEADINGS.map((heading) => ({ heading }))],
    rows,
  });
  return makeSection('steps', 'Does more resolution help?', html`${table}<p class="soft">${STEPS_NOTE}</p>`);
}

function missing(ablation: Ablation): Markup | undefined {
  const facts = listMissing(ablation).map(({ what, reason }) => [what, reason] as const);
  return facts.length === 0 ? undefined : makeSection('not-computed', 'Not computed', makeFacts(facts));
}

function provenance(ablation: Ablation, named: readonly NamedSet[]): Markup {
  const { referenceStatistics: statistics, settings, createdWith, run } = ablation;
  const networks = listNetworks(ablation).map(({ name, sha256, inputSize, metrics }) => {
    const what = `${name}, which sees ${pixels(inputSize)}, for ${metrics.join(', ')}`;
    return ['Network', html`${what}<br><code>SHA-256 ${sha256}</code>`] as const;
  });
  const facts = makeFacts([
    ...named.map(({ label, set }) => setFacts(label, set.images)),
    ...(statistics ? [setFacts('reference', statistics)] : []),
    ...networks,
    ['Settings', listSettings(settings)],
    ['Made with', listVersions(createdWith)],
    ['Run', `${describeRun({ run })}, started ${run.startedAt}`],
  ]);
  return makeSection('provenance', 'Where the numbers come from', facts);
}
