import { html, type Markup } from '../../page/markup.js';
import { onPaper } from './scale.js';

/** Cividis in nine steps: it rises in lightness alone, for any kind of color vision. */
export const HEAT_COLORS = [
  '#00224e',
  '#123570',
  '#3b496c',
  '#575d6d',
  '#707173',
  '#8a8678',
  '#a59c74',
  '#c3b369',
  '#fee838',
] as const;

interface HeatParts {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly string[];
  /** By column, then row; null where there is no value. */
  readonly cells: readonly (readonly (number | null)[])[];
  /** By row: what real pictures have; empty where that is not known. */
  readonly real: readonly (number | null)[];
  /** Of the columns, for who points at one: a step, or the number of the set. */
  readonly places: readonly number[];
  /** What a place is: "after step", "set". */
  readonly placeWord: string;
  readonly domain: readonly [number, number];
  readonly isShare: boolean;
}

const WIDTH = 358;
const LEFT = 92;
const REAL_WIDTH = 22;
const GAP = 6;
const TOP = 4;
const MAX_LABEL = 14;
/** Height of a row: many classes stand closer. */
const heightOf = (rows: number) => (rows > 20 ? 13 : 18);

/**
 * Classes down, sets across, real pictures in a column of their own at the right, on the same colors. One path for each color; the numbers
 * stand in an attribute from which a script tells the one under the pointer.
 */
export function drawHeatMap(parts: HeatParts): Markup {
  const { id, title, description, rows, cells, real, domain } = parts;
  const hasReal = real.some((value) => value !== null);
  const height = heightOf(rows.length);
  const right = hasReal ? WIDTH - REAL_WIDTH - GAP : WIDTH;
  const width = (right - LEFT) / Math.max(1, cells.length);
  const bottom = TOP + rows.length * height;
  const paths: string[] = HEAT_COLORS.map(() => '');
  const put = (value: number | null | undefined, left: number, row: number, wide: number) => {
    if (value === null || value === undefined) return;
    paths[colorOf(value, domain)] +=
      `M${onPaper(left)} ${TOP + row * height}h${onPaper(wide)}v${height - 1}h-${onPaper(wide)}z`;
  };
  cells.forEach((column, i) => {
    column.forEach((value, row) => {
      // Neighbors meet at the same tenth of a pixel.
      const [from, to] = [LEFT + i * width, LEFT + (i + 1) * width].map((at) => Number(onPaper(at)));
      put(value, from, row, to - from);
    });
  });
  real.forEach((value, row) => {
    put(value, WIDTH - REAL_WIDTH, row, REAL_WIDTH);
  });
  const labels = rows.map(
    (name, row) =>
      html`<text x="${LEFT - 6}" y="${TOP + row * height + height / 2}" dy=".33em" text-anchor="end"><title>${name}</title>${shorten(name)}</text>`,
  );
  const back = html`<path d="M${LEFT} ${TOP}H${onPaper(right)}V${bottom}H${LEFT}z${hasReal && `M${WIDTH - REAL_WIDTH} ${TOP}h${REAL_WIDTH}V${bottom}h-${REAL_WIDTH}z`}" fill="var(--grid)"/>`;
  const realLabel =
    hasReal && html`<text x="${WIDTH - REAL_WIDTH / 2}" y="${bottom + 15}" text-anchor="middle">real</text>`;
  const first = parts.places[0];
  const last = parts.places.at(-1);
  return html`<div class="heat" tabindex="0" role="group" aria-label="${title}: arrow keys tell each value" data-heat="${encode(parts)}" data-frame="${[LEFT, TOP, onPaper(right), bottom, hasReal ? WIDTH - REAL_WIDTH : 0, WIDTH].join(' ')}">
<svg class="chart" role="img" aria-labelledby="${id}-title ${id}-description" viewBox="0 0 ${WIDTH} ${bottom + 22}">
<title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>${back}
${paths.map((path, i) => path !== '' && html`<path d="${path}" fill="${HEAT_COLORS[i]}"/>`)}
<g class="rows" font-size="${height > 13 ? 12 : 11}" fill="var(--ink)">${labels}</g>
<g font-size="12" fill="var(--ink)"><text x="${LEFT}" y="${bottom + 15}">${first?.toLocaleString('en-US')}</text>${
    first !== last &&
    html`<text x="${onPaper(right)}" y="${bottom + 15}" text-anchor="end">${last?.toLocaleString('en-US')}</text>`
  }${realLabel}</g><rect class="cursor" width="0" height="0" data-mine/></svg>
<p class="told soft" aria-live="polite" data-mine></p></div>
`;
}

/** Colors from the low end to the high, with the values at their edges. */
export function makeHeatKey(domain: readonly [number, number], write: (value: number) => string): Markup {
  const swatches = HEAT_COLORS.map(
    (color, i) => html`<rect x="${i * 20}" width="20" height="10" fill="${color}"/>`,
  );
  return html`<p class="key"><span>${write(domain[0])}</span><svg viewBox="0 0 180 10" aria-hidden="true">${swatches}</svg><span>${write(domain[1])}</span></p>`;
}

function colorOf(value: number, [least, most]: readonly [number, number]): number {
  const share = (value - least) / (most - least || 1);
  return Math.min(HEAT_COLORS.length - 1, Math.max(0, Math.floor(share * HEAT_COLORS.length)));
}

/** Numbers alone: what a script reads of names stands in the drawing. */
function encode({ cells, real, places, placeWord, isShare }: HeatParts): string {
  const brief = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)));
  return JSON.stringify({
    places,
    word: placeWord,
    share: isShare,
    cells: cells.map((column) => column.map(brief)),
    real: real.map(brief),
  });
}

function shorten(name: string): string {
  const characters = [...name];
  return characters.length > MAX_LABEL ? `${characters.slice(0, MAX_LABEL - 1).join('')}…` : name;
}
