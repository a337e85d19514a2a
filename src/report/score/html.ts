import type { Illustrations } from '../../documents/illustrations.js';
import type { EvaluationResult } from '../../documents/result.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { classTable } from './sections/classes.js';
import { findingsSection } from './sections/copies.js';
import { diversityFigures } from './sections/diversity.js';
import { headlines, notComputed, warnings } from './sections/headlines.js';
import { contactSheets, neighborSection } from './sections/pictures.js';
import { provenance } from './sections/provenance.js';
import { resolutionFigure } from './sections/resolutions.js';
import { describeSet } from './summary.js';

/**
 * The result of a score as one HTML file that needs nothing from outside.
 *
 * @param illustrations the pictures to show; without them (a merge has no pictures at hand) the page says so
 */
export async function toHtml(result: EvaluationResult, illustrations?: Illustrations): Promise<string> {
  return makePage({
    title: `Image quality of ${result.samples.source}`,
    lead: lead(result),
    sections: [
      headlines(result),
      warnings(result.warnings),
      await charts(result),
      findingsSection(result),
      classTable(result),
      ...(illustrations
        ? [contactSheets(illustrations), neighborSection(illustrations)]
        : [
            html`<section><p class="soft">The pictures were not at hand when this page was made, so that it shows none.</p></section>`,
          ]),
      notComputed(result),
      provenance(result),
    ],
    madeWith: `Made with ganeval ${result.createdWith.ganeval ?? ''}`,
  });
}

function lead({ comparableWith, samples, reference }: EvaluationResult): Markup {
  return html`<p>${describeSet(samples)}${reference && html`; compared with ${reference.source}: ${describeSet(reference)}`}</p>
<p class="comparable">${comparableWith}</p>
`;
}

async function charts(result: EvaluationResult): Promise<Markup | undefined> {
  const resolutions = await resolutionFigure(result);
  const figures = [...(resolutions ? [resolutions] : []), ...(await diversityFigures(result))];
  if (figures.length === 0) return undefined;
  return html`<section aria-labelledby="charts"><h2 id="charts">Resolution and diversity</h2><div class="charts">${figures}</div></section>`;
}
