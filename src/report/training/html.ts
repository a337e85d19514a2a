import type { Curve, TrainingRecord } from '../../documents/training.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeChartSection, makeFacts, makeSection } from '../page/section.js';
import { warningSection } from '../page/warnings.js';
import { formatInterval } from '../text/describe-number.js';
import { formatCount, formatNumber } from '../text/numbers.js';
import { curveFigures } from './sections/curves.js';
import { sampleGrids } from './sections/grids.js';
import { describeProgress, digitsOfPoint, intervalOf } from './summary.js';

/** A training run as one HTML file that needs nothing from outside: scores, samples, losses, and what it was made with. */
export async function toTrainingHtml(record: TrainingRecord): Promise<string> {
  const { title, curves, grids, form } = record;
  const scores = await curveFigures(curves, ['metric', 'measure']);
  const losses = await curveFigures(curves, ['loss']);
  return makePage({
    title,
    lead: html`<p class="comparable">${describeProgress(record)}</p>\n`,
    sections: [
      lastScores(curves),
      warningSection(record.warnings),
      sampleGrids(grids, form.size),
      makeChartSection('scores', 'Scores of the samples', scores),
      makeChartSection('losses', 'Training', losses),
      provenance(record),
    ],
    madeWith: `Made with ganeval train ${record.family}`,
  });
}

/** A card for each number of the whole samples: where it stands, and where it began. */
function lastScores(curves: readonly Curve[]): Markup | undefined {
  const cards = curves.flatMap((curve) => {
    const { kind, className, points } = curve;
    const finite = points.filter(({ value }) => Number.isFinite(value));
    return kind === 'loss' || className !== undefined || finite.length === 0 ? [] : [makeCard(curve, finite)];
  });
  if (cards.length === 0) return undefined;
  return makeSection('headlines', 'Where it stands', html`<ul class="cards">${cards}</ul>`);
}

function makeCard({ title, unit, reference }: Curve, points: Curve['points']): Markup {
  const [first, last] = [points[0], points[points.length - 1]];
  const digits = digitsOfPoint(last, unit);
  const ends = intervalOf(last);
  const write = (value: number) => `${formatNumber(value, digits)}${digits.suffix}`;
  const interval = ends && html`<p>interval <span class="whole">${formatInterval(ends, digits)}</span></p>`;
  const before =
    first !== last && html`<p class="soft">${write(first.value)} after step ${formatCount(first.step)}</p>`;
  return html`<li><h3>${title}</h3>
<p class="value">${write(last.value)}</p>
${interval}<p class="soft">after step ${formatCount(last.step)}</p>${before}${
    reference !== undefined &&
    html`<p class="beside">Real pictures: <strong class="whole">${write(reference)}</strong></p>`
  }</li>
`;
}

function provenance({ settings, provenance: facts, form }: TrainingRecord): Markup {
  const classes = form.classNames.length === 0 ? [] : [['Classes', form.classNames.join(', ')] as const];
  return makeSection(
    'provenance',
    'Where the numbers come from',
    html`${makeFacts([...facts, ...classes])}<h3>Settings</h3>
${makeFacts(settings)}`,
  );
}
