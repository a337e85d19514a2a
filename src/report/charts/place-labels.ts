import { neutralize } from '../../escape/neutralize.js';

interface Point {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A text set from its left edge, in data units. */
export interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

const MAX_CHARACTERS = 16;
/** Of a sans-serif letter, in units of the font size. */
const LETTER_WIDTH = 0.56;
const POINT_RADIUS = 5;

interface PlotParts {
  /** In the order in which they get their names. */
  readonly points: readonly Point[];
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** Size of the plot area, in pixels. */
  readonly plot: { readonly width: number; readonly height: number };
  readonly fontSize: number;
  /** A vertical line, whose label stands at the bottom: to its right, or to its left where there is no room. */
  readonly limit?: { readonly x: number; readonly label: string };
}

/** Pixels between a limit and its label. */
export const LIMIT_GAP = 5;

/** Whether the label of a limit has no room between its line and the right end of the plot. */
export function isLabelLeft(
  { x, label }: NonNullable<PlotParts['limit']>,
  { domain, plot, fontSize }: Pick<PlotParts, 'domain' | 'plot' | 'fontSize'>,
): boolean {
  const [left, right] = domain.x;
  const room = ((right - x) / (right - left)) * plot.width;
  return room < LIMIT_GAP + label.length * fontSize * LETTER_WIDTH;
}

/** Names beside points, wherever one fits without hiding a point, another name or the line of the limit. */
export function placeLabels({ points, domain, plot, fontSize, limit }: PlotParts): Label[] {
  const toX = (value: number) => ((value - domain.x[0]) / (domain.x[1] - domain.x[0])) * plot.width;
  const toY = (value: number) => ((value - domain.y[0]) / (domain.y[1] - domain.y[0])) * plot.height;
  const taken: Box[] = points.map(({ x, y }) => boxAround(toX(x), toY(y), POINT_RADIUS, POINT_RADIUS));
  if (limit) {
    const x = toX(limit.x);
    const width = limit.label.length * fontSize * LETTER_WIDTH;
    const middle = isLabelLeft(limit, { domain, plot, fontSize }) ? x - width / 2 : x + width / 2;
    taken.push(boxAround(x, plot.height / 2, 1, plot.height / 2), boxAround(middle, 9, width / 2, 9));
  }
  const labels: Label[] = [];
  for (const [i, point] of points.entries()) {
    const text = neutralize(shorten(point.name));
    const half = (text.length * fontSize * LETTER_WIDTH) / 2;
    const [x, y] = [toX(point.x), toY(point.y)];
    const side = half + POINT_RADIUS + 2;
    const candidates = [
      [x + side, y],
      [x - side, y],
      [x, y + fontSize],
      [x, y - fontSize],
      [x + side, y + fontSize],
      [x - side, y - fontSize],
    ].map(([centerX, centerY]) => boxAround(centerX, centerY, half, fontSize / 2));
    const box = candidates.find(
      (one) => isInside(one, plot) && !taken.some((other, j) => j !== i && overlap(one, other)),
    );
    if (!box) continue;
    taken.push(box);
    labels.push({
      text,
      x: domain.x[0] + (box.left / plot.width) * (domain.x[1] - domain.x[0]),
      y: domain.y[0] + ((box.top + box.bottom) / 2 / plot.height) * (domain.y[1] - domain.y[0]),
    });
  }
  return labels;
}

function shorten(name: string): string {
  const characters = [...name];
  return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…` : name;
}

function boxAround(x: number, y: number, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function isInside({ left, right, top, bottom }: Box, plot: { width: number; height: number }): boolean {
  return left >= 0 && right <= plot.width && top >= 0 && bottom <= plot.height;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
