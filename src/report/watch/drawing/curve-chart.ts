import { html, type Markup } from '../../page/markup.js';
import { makeZoom } from '../../page/zoom.js';
import { formatCount, formatFixed } from '../../text/numbers.js';
import { makeScale, onPaper, roomAround, type Scale } from './scale.js';

// Drawn by hand: a page that is made at every set can't take Vega's tenth of a second for each chart.

/** A point in the units of the axes. */
export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** For the pointer. */
  readonly tip: string;
}

/** A sign at a place of the horizontal axis. */
export interface DrawnMark {
  readonly x: number;
  readonly tip: string;
}

/** An event, with the number that the list of events gives it. */
export interface DrawnFlag extends DrawnMark {
  readonly id: number;
  readonly isGood: boolean;
}

interface CurveParts {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly xTitle: string;
  /** Ends of the horizontal axis, the same in all charts. */
  readonly xDomain: readonly [number, number];
  /** From left to right. */
  readonly points: readonly DrawnPoint[];
  /** Value of real pictures. */
  readonly level?: number;
  readonly flags: readonly DrawnFlag[];
  readonly failed: readonly DrawnMark[];
}

const [WIDTH, HEIGHT] = [358, 274];
const PLOT = { left: 54, right: WIDTH - 14, top: 26, bottom: HEIGHT - 44 };
/** Of a curve with more points only the last has a mark that is seen. */
const MAX_MARKS = 40;
/** A flag this near to one before it stands higher. */
const FLAG_WIDTH = 18;
/** A number in the middle below a tick needs it at its right. */
const LAST_ROOM = 14;

/** A curve with the band of its intervals, the level of real pictures, flags at events and signs at sets that failed. */
export function drawCurve(parts: CurveParts): Markup {
  const { id, title, description, points, level } = parts;
  const x = makeScale({ domain: parts.xDomain, range: [PLOT.left, PLOT.right], ticks: 4 });
  const ends = points.flatMap(({ y, low = y, high = y }) => [y, low, high]);
  const domain = roomAround(level === undefined ? ends : [...ends, level]);
  const y = makeScale({ domain, range: [PLOT.bottom, PLOT.top], ticks: 5 });
  return makeZoom(
    id,
    html`<svg class="chart" role="img" aria-labelledby="${id}-title ${id}-description" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>
${drawAxes(x, y, parts.xTitle)}${drawFlagLines(parts.flags, x)}${drawBand(points, x, y)}${level !== undefined && drawLevel(level, y)}
${drawLine(points, x, y)}${drawFailed(parts.failed, x)}${drawFlags(parts.flags, x)}</svg>`,
  );
}

function drawAxes(x: Scale, y: Scale, xTitle: string): Markup {
  const rows = y.ticks.map((value) => {
    const at = onPaper(y.place(value));
    return html`<path d="M${PLOT.left} ${at}H${PLOT.right}" stroke="var(--grid)"/><text x="${PLOT.left - 6}" y="${at}" dy=".35em" text-anchor="end">${formatFixed(value, y.decimals)}</text>`;
  });
  const columns = x.ticks.map((value) => {
    const at = x.place(value);
    // The last number would stand beyond the edge.
    const isLast = at > PLOT.right - LAST_ROOM;
    const [left, anchor] = isLast ? [WIDTH - 2, 'end'] : [at, 'middle'];
    return html`<path d="M${onPaper(at)} ${PLOT.bottom}v4" stroke="var(--soft)"/><text x="${onPaper(left)}" y="${PLOT.bottom + 18}" text-anchor="${anchor}">${formatCount(value)}</text>`;
  });
  const middle = onPaper((PLOT.left + PLOT.right) / 2);
  return html`<g font-size="12" fill="var(--ink)">${rows}${columns}<text x="${middle}" y="${HEIGHT - 8}" text-anchor="middle">${xTitle}</text></g><path d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}" stroke="var(--soft)"/>`;
}

function drawBand(points: readonly DrawnPoint[], x: Scale, y: Scale): Markup | undefined {
  const banded = points.flatMap(({ x: at, low, high }) =>
    low === undefined || high === undefined ? [] : [{ x: onPaper(x.place(at)), low, high }],
  );
  if (banded.length < 2) return undefined;
  const upper = banded.map((each) => `${each.x} ${onPaper(y.place(each.high))}`);
  const lower = banded.reverse().map((each) => `${each.x} ${onPaper(y.place(each.low))}`);
  return html`<path d="M${upper.join('L')}L${lower.join('L')}Z" fill="var(--s0)" fill-opacity=".18"/>`;
}

function drawLevel(level: number, y: Scale): Markup {
  const at = onPaper(y.place(level));
  return html`<path d="M${PLOT.left} ${at}H${PLOT.right}" stroke="var(--soft)" stroke-width="1.5" stroke-dasharray="4 3"/>
<text x="${PLOT.right}" y="${at}" dy="-4" text-anchor="end" font-size="11" fill="var(--ink)" stroke="var(--card)" stroke-width="3" paint-order="stroke">real pictures</text>`;
}

function drawLine(points: readonly DrawnPoint[], x: Scale, y: Scale): Markup {
  const places = points.map((point) => [onPaper(x.place(point.x)), onPaper(y.place(point.y))] as const);
  const line = places.map((place) => place.join(' ')).join('L');
  const marks = places.map(([left, top], i) => {
    const isSeen = points.length <= MAX_MARKS || i === points.length - 1;
    return html`<circle cx="${left}" cy="${top}" r="3.5"${!isSeen && html` fill-opacity="0"`}><title>${points[i].tip}</title></circle>`;
  });
  return html`<path d="M${line}" fill="none" stroke="var(--s0)" stroke-width="2" stroke-linejoin="round"/><g fill="var(--s0)">${marks}</g>`;
}

function drawFailed(failed: readonly DrawnMark[], x: Scale): Markup | undefined {
  if (failed.length === 0) return undefined;
  const marks = failed.map(({ x: at, tip }) => {
    const left = Math.round(x.place(at) * 10) / 10;
    return html`<path d="M${onPaper(left - 4)} ${PLOT.bottom - 9}l8 8m0-8l-8 8" stroke="var(--bad)" stroke-width="2" pointer-events="all"><title>${tip}</title></path>`;
  });
  return html`<g>${marks}</g>`;
}

const colorOf = ({ isGood }: DrawnFlag) => (isGood ? 'var(--good)' : 'var(--bad)');

function drawFlagLines(flags: readonly DrawnFlag[], x: Scale): Markup {
  const lines = flags.map(
    (flag) =>
      html`<path d="M${onPaper(x.place(flag.x))} ${PLOT.top - 4}V${PLOT.bottom}" stroke="${colorOf(flag)}" stroke-width="1.5" stroke-dasharray="2 2"/>`,
  );
  return html`<g>${lines}</g>`;
}

function drawFlags(flags: readonly DrawnFlag[], x: Scale): Markup {
  let before = Number.NEGATIVE_INFINITY;
  const drawn = [...flags]
    .sort((a, b) => a.x - b.x || a.id - b.id)
    .map((flag) => {
      const left = Math.max(x.place(flag.x), before + FLAG_WIDTH);
      if (left > PLOT.right + 6) return undefined;
      before = left;
      const at = onPaper(left);
      return html`<g><title>${flag.tip}</title><circle cx="${at}" cy="12" r="8.5" fill="var(--card)" stroke="${colorOf(flag)}" stroke-width="1.5"/><text x="${at}" y="12" dy=".35em" text-anchor="middle" font-size="11" font-weight="650" fill="${colorOf(flag)}">${flag.id}</text></g>`;
    });
  return html`<g>${drawn}</g>`;
}
