import type { Ablation } from '../../documents/ablation.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeTable } from '../page/table.js';
import { warnings } from '../score/sections/headlines.js';
import { listSettings, listVersions, setFacts } from '../score/sections/provenance.js';
import { describeRun } from '../score/summary.js';
import { ablationClasses } from './classes-section.js';
import { ablationFigures } from './curves-section.js';
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

/** The resolution ablation as one HTML file that needs nothing from outside. */
export async function toAblationHtml(ablation: Ablation): Promise<string> {
  const named = nameSets(ablation);
  const figures = await ablationFigures(ablation);
  return makePage({
    title: `Resolution ablation of ${nameSamples(named)}`,
    lead: html`<p class="comparable">${ablation.comparableWith}</p>\n`,
    sections: [
      html`<section aria-labelledby="findings"><h2 id="findings">What the pictures show</h2><ul class="cards wide">${named.map(finding)}</ul></section>`,
      warnings(ablation.warnings),
      figures.length > 0
        ? html`<section aria-labelledby="charts"><h2 id="charts">Against resolution</h2><div class="charts">${figures}</div></section>`
        : undefined,
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
  return html`<section aria-labelledby="steps"><h2 id="steps">Does more resolution help?</h2>
${makeTable({
  caption: 'Accuracy from each resolution to the next',
  columns: [{ heading: 'pictures' }, ...STEP_HEADINGS.map((heading) => ({ heading }))],
  rows,
})}<p class="soft">${STEPS_NOTE}</p></section>`;
}

function missing(ablation: Ablation): Markup | undefined {
  const items = listMissing(ablation).map(({ what, reason }) => html`<dt>${what}</dt><dd>${reason}</dd>`);
  if (items.length === 0) return undefined;
  return html`<section aria-labelledby="not-computed"><h2 id="not-computed">Not computed</h2><dl class="facts">${items}</dl></section>`;
}

function provenance(ablation: Ablation, named: readonly NamedSet[]): Markup {
  const { referenceStatistics: statistics, settings, createdWith, run } = ablation;
  const networks = listNetworks(ablation).map(
    ({ name, sha256, inputSize, metrics }) =>
      html`<dt>Network</dt><dd>${name}, which sees ${pixels(inputSize)}, for ${metrics.join(', ')}<br><code>SHA-256 ${sha256}</code></dd>\n`,
  );
  return html`<section aria-labelledby="provenance"><h2 id="provenance">Where the numbers come from</h2>
<dl class="facts">
${named.map(({ label, set }) => setFacts(label, set.images))}${statistics && setFacts('reference', statistics)}${networks}<dt>Settings</dt><dd>${listSettings(settings)}</dd>
<dt>Made with</dt><dd>${listVersions(createdWith)}</dd>
<dt>Run</dt><dd>${describeRun({ run })}, started ${run.startedAt}</dd>
</dl></section>`;
}
