import type { TopLevelSpec } from 'vega-lite';
import { isLabelLeft, LIMIT_GAP, placeLabels } from './place-labels.js';
import { FONT_SIZE, PLOT, seriesColor } from './theme.js';

export interface ScatterPoint {
  /** Written beside the point where there is room. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Drawn as a triangle in another color. */
  readonly isBad?: boolean;
  /** For the pointer. */
  readonly tip: string;
}

interface ScatterParts {
  /** Those whose names matter most first. */
  readonly points: readonly ScatterPoint[];
  readonly x: { readonly title: string; readonly domain: readonly [number, number] };
  readonly y: { readonly title: string; readonly domain: readonly [number, number] };
  /** From this x on a class counts as collapsed; the label stands at the line, on the side that has room for it. */
  readonly limit?: { readonly x: number; readonly label: string };
  /** A line where x and y are equal. */
  readonly diagonal?: boolean;
}

/** Points with names beside them, and a marked zone to the right of a limit. */
export function scatterSpec({ points, x, y, limit, diagonal = false }: ScatterParts): TopLevelSpec {
  const scaleX = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: x.domain, nice: false },
    axis: { title: x.title, tickCount: 5 },
  };
  const scaleY = {
    field: 'y',
    type: 'quantitative',
    scale: { domain: y.domain, nice: false },
    axis: { title: y.title, tickCount: 5 },
  };
  const place = { domain: { x: x.domain, y: y.domain }, plot: PLOT, fontSize: FONT_SIZE };
  const labels = placeLabels({ points, limit, ...place });
  const end = Math.min(x.domain[1], y.domain[1]);
  const start = Math.max(x.domain[0], y.domain[0]);
  const layers = [
    ...(limit
      ? limitLayers(
          { ...limit, isLeft: isLabelLeft(limit, place) },
          { right: x.domain[1], bottom: y.domain[0], top: y.domain[1] },
          { scaleX, scaleY },
        )
      : []),
    ...(diagonal
      ? [
          {
            data: {
              values: [
                { x: start, y: start },
                { x: end, y: end },
              ],
            },
            mark: { type: 'line', stroke: 'var(--soft)', strokeWidth: 1, strokeDash: [3, 3] },
            encoding: { x: scaleX, y: scaleY },
          },
        ]
      : []),
    ...[false, true].map((isBad) => ({
      data: {
        values: points.filter((point) => (point.isBad ?? false) === isBad).map((point) => ({ ...point })),
      },
      mark: {
        type: 'point',
        shape: isBad ? 'triangle-up' : 'circle',
        size: points.length > 100 ? 18 : isBad ? 70 : 45,
        fill: isBad ? 'var(--bad)' : seriesColor(0),
        opacity: 1,
        fillOpacity: 0.8,
        stroke: null,
      },
      encoding: { x: scaleX, y: scaleY, description: { field: 'tip', type: 'nominal' } },
    })),
    {
      data: { values: labels },
      mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: FONT_SIZE - 1 },
      encoding: { x: scaleX, y: scaleY, text: { field: 'text', type: 'nominal' } },
    },
  ];
  return { ...PLOT, layer: layers } as unknown as TopLevelSpec;
}

function limitLayers(
  { x, label, isLeft }: { readonly x: number; readonly label: string; readonly isLeft: boolean },
  { right, bottom, top }: { readonly right: number; readonly bottom: number; readonly top: number },
  { scaleX, scaleY }: { readonly scaleX: object; readonly scaleY: object },
): object[] {
  const line = [{ x, y: bottom, right, top, label }];
  return [
    {
      data: { values: line },
      mark: { type: 'rect', fill: 'var(--zone)', fillOpacity: 0.12 },
      encoding: { x: scaleX, x2: { field: 'right' }, y: scaleY, y2: { field: 'top' } },
    },
    {
      data: { values: line },
      mark: { type: 'rule', stroke: 'var(--zone)', strokeWidth: 2 },
      encoding: { x: scaleX, y: scaleY, y2: { field: 'top' } },
    },
    {
      data: { values: line },
      mark: {
        type: 'text',
        align: isLeft ? 'right' : 'left',
        baseline: 'bottom',
        dx: isLeft ? -LIMIT_GAP : LIMIT_GAP,
        dy: -5,
        fontSize: FONT_SIZE - 1,
      },
      encoding: { x: scaleX, y: scaleY, text: { field: 'label', type: 'nominal' } },
    },
  ];
}
