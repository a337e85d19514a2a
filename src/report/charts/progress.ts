import type { TopLevelSpec } from 'vega-lite';
import { FONT_SIZE, PLOT, seriesColor, seriesDash, seriesShape } from './theme.js';

/** A value after a number of steps, in the unit of the axis. */
export interface ProgressPoint {
  readonly step: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** For the pointer. */
  readonly tip: string;
}

interface ProgressParts {
  readonly series: readonly (readonly ProgressPoint[])[];
  readonly y: { readonly title: string; readonly domain: readonly [number, number] };
  /** Horizontal lines for constant values, such as those of real pictures. */
  readonly levels?: readonly { readonly value: number; readonly label: string }[];
  /** One color and thin lines without bands, for more series than a reader can distinguish. */
  readonly isCrowd?: boolean;
}

/** Of a series with more points than this only the last gets a mark; otherwise marks would overlap. */
const MAX_MARKS = 40;

/** Lines over the steps of a run, each with the band of its intervals. */
export function progressSpec({ series, y: axis, levels = [], isCrowd = false }: ProgressParts): TopLevelSpec {
  const last = Math.max(1, ...series.flat().map(({ step }) => step));
  const x = {
    field: 'step',
    type: 'quantitative',
    scale: { domain: [0, last], nice: false },
    axis: { title: 'Steps', tickCount: 4, format: ',d', grid: false },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: axis.domain, nice: false },
    axis: { title: axis.title, tickCount: 5 },
  };
  const layers = series.flatMap((points, i) => {
    const values = points.map((point) => ({ ...point }));
    const banded = isCrowd ? [] : values.filter(({ low }) => low !== undefined);
    const color = isCrowd ? 'var(--soft)' : seriesColor(i);
    return [
      {
        data: { values: banded },
        mark: { type: 'area', fill: color, fillOpacity: 0.18 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { values },
        mark: isCrowd
          ? { type: 'line', stroke: color, strokeWidth: 1, strokeOpacity: 0.6 }
          : { type: 'line', stroke: color, strokeWidth: 2, strokeDash: seriesDash(i) },
        encoding: { x, y },
      },
      {
        data: { values: values.length > MAX_MARKS ? values.slice(-1) : values },
        mark: {
          type: 'point',
          shape: isCrowd ? 'circle' : seriesShape(i),
          size: isCrowd ? 12 : 36,
          fill: color,
          stroke: null,
          opacity: 1,
        },
        encoding: { x, y, description: { field: 'tip', type: 'nominal' } },
      },
    ];
  });
  return { ...PLOT, layer: [...levelLayers(levels, x, y), ...layers] } as unknown as TopLevelSpec;
}

/** The label stands at the left end, which curves of training soon leave. */
function levelLayers(levels: Required<ProgressParts>['levels'], x: object, y: object): object[] {
  if (levels.length === 0) return [];
  const values = levels.map((level) => ({ ...level, step: 0 }));
  return [
    {
      data: { values },
      mark: { type: 'rule', stroke: 'var(--soft)', strokeWidth: 1.5, strokeDash: [4, 3] },
      encoding: { y },
    },
    {
      data: { values },
      mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 4, dy: -3, fontSize: FONT_SIZE - 1 },
      encoding: { x, y, text: { field: 'label', type: 'nominal' } },
    },
  ];
}
