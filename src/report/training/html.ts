import type { Curve, TrainingRecord } from '../../documents/training.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { warnings } from '../score/sections/headlines.js';
import { isShare, plural } from '../score/summary.js';
import { chooseDigits, formatCount, formatDuration, formatNumber } from '../text/numbers.js';
import { curveFigures } from './curves-section.js';
import { sampleGrids } from './grids-section.js';

/** A training run as one HTML file that needs nothing from outside: scores, samples, losses, and what it was made with. */
export async function toTrainingHtml(record: TrainingRecord): Promise<string> {
  const { title, curves, grids, form } = record;
  const scores = await curveFigures(curves, ['metric', 'measure']);
  const losses = await curveFigures(curves, ['loss']);
  return makePage({
    title,
    lead: html`<p class="comparable">${sayProgress(record)}</p>\n`,
    sections: [
      lastScores(curves),
      warnings(record.warnings),
      sampleGrids(grids, form.size),
      charts('scores', 'Scores of the samples', scores),
      charts('losses', 'Training', losses),
      provenance(record),
    ],
    madeWith: `Made with ganeval train ${record.family}`,
  });
}

function sayProgress({ steps, seconds, form }: TrainingRecord): string {
  const whole =
    steps.done === steps.planned
      ? `${plural(steps.done, 'step')}`
      : `${formatCount(steps.done)} of ${plural(steps.planned, 'step')}`;
  const classes =
    form.classNames.length === 0 ? '' : `, of ${plural(form.classNames.length, 'class', 'classes')}`;
  return `${whole} in ${formatDuration(seconds)}, with pictures of ${form.size}×${form.size} in ${form.channels === 1 ? 'gray' : 'color'}${classes}.`;
}

/** A card for each number of the whole samples: where it stands, and where it began. */
function lastScores(curves: readonly Curve[]): Markup | undefined {
  const cards = curves.flatMap((curve) => {
    const { kind, className, points } = curve;
    const finite = points.filter(({ value }) => Number.isFinite(value));
    return kind === 'loss' || className !== undefined || finite.length === 0 ? [] : [card(curve, finite)];
  });
  if (cards.length === 0) return undefined;
  return html`<section aria-labelledby="headlines"><h2 id="headlines">Where it stands</h2>
<ul class="cards">${cards}</ul></section>`;
}

function card({ title, unit, reference }: Curve, points: Curve['points']): Markup {
  const [first, last] = [points[0], points[points.length - 1]];
  const half = last.low === undefined || last.high === undefined ? undefined : (last.high - last.low) / 2;
  const digits = chooseDigits(last.value, half, isShare(unit ?? ''));
  const write = (value: number) => formatNumber(value, digits);
  const interval =
    last.low !== undefined &&
    last.high !== undefined &&
    html`<p>interval <span class="whole">[${write(last.low)}, ${write(last.high)}]${digits.suffix}</span></p>`;
  const before =
    first !== last &&
    html`<p class="soft">${write(first.value)}${digits.suffix} after step ${formatCount(first.step)}</p>`;
  return html`<li><h3>${title}</h3>
<p class="value">${write(last.value)}${digits.suffix}</p>
${interval}<p class="soft">after step ${formatCount(last.step)}</p>${before}${
    reference !== undefined &&
    html`<p class="beside">Real pictures: <strong class="whole">${write(reference)}${digits.suffix}</strong></p>`
  }</li>
`;
}

function charts(id: string, heading: string, figures: readonly Markup[]): Markup | undefined {
  if (figures.length === 0) return undefined;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2><div class="charts">${figures}</div></section>`;
}

function provenance({ settings, provenance: facts, form }: TrainingRecord): Markup {
  const list = (pairs: readonly (readonly [string, string])[]) =>
    html`<dl class="facts">${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
  const classes: [string, string][] =
    form.classNames.length === 0 ? [] : [['Classes', form.classNames.join(', ')]];
  return html`<section aria-labelledby="provenance"><h2 id="provenance">Where the numbers come from</h2>
${list([...facts, ...classes])}<h3>Settings</h3>
${list(settings)}</section>`;
}
