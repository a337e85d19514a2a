import { html, type Markup } from '../page/markup.js';
import { seriesColor, seriesDash, seriesShape } from './theme.js';

interface FigureParts {
  readonly heading: string;
  readonly chart: Markup;
  /** Names of the series in their order; none where there is but one. */
  readonly legend?: readonly string[];
  /** What the chart says, in sentences. */
  readonly caption: Markup;
  /** The numbers behind the chart. */
  readonly table: Markup;
}

/** A chart with what it says in words and, for those who cannot see it or want the numbers, its table. */
export function makeFigure({ heading, chart, legend = [], caption, table }: FigureParts): Markup {
  return html`<figure><h3>${heading}</h3>
${makeLegend(legend)}${chart}
<figcaption>${caption}</figcaption>
<details><summary>The numbers of this chart</summary>${table}</details></figure>`;
}

/** The names of the series with their marks. */
export function makeLegend(names: readonly string[]): Markup | undefined {
  if (names.length === 0) return undefined;
  return html`<ul class="legend">${names.map((name, i) => html`<li>${keyOf(i)}<span>${name}</span></li>`)}</ul>\n`;
}

const OUTLINES: Readonly<Record<string, string>> = {
  circle: 'M15.5 6a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z',
  square: 'M8.7 2.7h6.6v6.6H8.7z',
  'triangle-up': 'M12 2l4 7.4H8z',
  diamond: 'M12 1.4 16 6l-4 4.6L8 6z',
  cross: 'M10.7 2h2.6v2.7H16v2.6h-2.7V10h-2.6V7.3H8V4.7h2.7z',
  'triangle-down': 'M12 10 8 2.6h8z',
  'triangle-right': 'M16 6 8.6 10V2z',
  'triangle-left': 'M8 6l7.4-4v8z',
};

function keyOf(index: number): Markup {
  const color = seriesColor(index);
  return html`<svg viewBox="0 0 24 12" aria-hidden="true"><path d="M0 6h24" stroke="${color}" stroke-width="2" stroke-dasharray="${seriesDash(index).join(' ') || 'none'}"/><path d="${OUTLINES[seriesShape(index)]}" fill="${color}"/></svg>`;
}
