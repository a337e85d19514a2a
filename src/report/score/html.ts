import type { EvaluationResult } from '../../documents/result.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeChartSection } from '../page/section.js';
import { describeSet } from '../text/describe-set.js';
import type { ScoreDocument } from './score-document.js';

import { classTable } from './sections/classes.js';
import { confusionSection } from './sections/confusion.js';
import { findingsSection } from './sections/copies.js';
import { diversityFigures } from './sections/diversity.js';
import { headlines, notComputed } from './sections/headlines.js';
import { contactSheets, neighborSection } from './sections/pictures.js';
import { provenance } from './sections/provenance.js';
import { resolutionFigures } from './sections/resolutions.js';
import { verdictList } from './sections/verdict.js';
import { warningGroups } from './sections/warnings.js';

/** The result of a score as one HTML file that needs nothing from outside. */
export async function toScoreHtml({ result, illustrations, metrics = {} }: ScoreDocument): Promise<string> {
  const figures = [...(await resolutionFigures(result)), ...(await diversityFigures(result))];
  return makePage({
    title: `Image quality of ${result.samples.source}`,
    lead: html`${verdictList(result)}${lead(result)}`,
    sections: [
      warningGroups(result),
      headlines(result, metrics),
      makeChartSection('charts', 'Resolution and diversity', figures),
      findingsSection(result),
      classTable(result),
      confusionSection(result),
      ...(illustrations
        ? [contactSheets(illustrations), neighborSection(illustrations)]
        : [
            html`<section><p class="soft">This page was made without the pictures, so it shows none.</p></section>`,
          ]),
      notComputed(result),
      provenance(result, metrics),
    ],
    madeWith: `Made with ganeval ${result.createdWith.ganeval ?? ''}`,
  });
}

function lead({ comparableWith, samples, reference, validation }: EvaluationResult): Markup {
  return html`<p>${describeSet(samples)}${reference && html`; compared with ${reference.source}: ${describeSet(reference)}`}${validation && html`; held out for validation ${validation.source}: ${describeSet(validation)}`}</p>
<p class="comparable">${comparableWith}</p>
`;
}
