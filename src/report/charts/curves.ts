import type { TopLevelSpec } from 'vega-lite';
import { PLOT, seriesColor, seriesDash, seriesShape } from './theme.js';

/** A value at one resolution, in the unit of the axis. */
export interface CurvePoint {
  readonly resolution: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** A value that is not informative, because the network or the pictures are too small, is drawn hollow. */
  readonly informative: boolean;
  /** For the pointer. */
  readonly tip: string;
}

interface Axis {
  /** Without one, neither axis has a title: for small charts that stand under a heading which says it. */
  readonly title?: string;
  readonly domain: readonly [number, number];
}

/** Room for the numbers of axes that have no titles. */
const BARE_PADDING = { left: 34, right: 10, top: 8, bottom: 24 };

/** Curves over the resolution, on a logarithmic scale, with intervals. */
export function curvesSpec(
  series: readonly (readonly CurvePoint[])[],
  axis: Axis,
  plot: { readonly width: number; readonly height: number } = PLOT,
): TopLevelSpec {
  const resolutions = [...new Set(series.flat().map(({ resolution }) => resolution))].sort((a, b) => a - b);
  const x = {
    field: 'resolution',
    type: 'quantitative',
    scale: {
      type: 'log',
      base: 2,
      domain: [resolutions[0] / 1.25, resolutions[resolutions.length - 1] * 1.25],
      nice: false,
    },
    axis: {
      values: resolutions,
      format: 'd',
      title: axis.title ? 'Resolution (pixels a side)' : null,
      grid: false,
    },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: axis.domain, nice: false },
    axis: { title: axis.title ?? null, tickCount: axis.title ? 5 : 3 },
  };
  const layers = series.flatMap((points, i) => {
    const values = points.map((point) => ({ ...point }));
    const color = seriesColor(i);
    const shape = { shape: seriesShape(i), size: 55, stroke: color, strokeWidth: 2 };
    return [
      {
        data: { values },
        mark: { type: 'line', stroke: color, strokeWidth: 2, strokeDash: seriesDash(i) },
        encoding: { x, y },
      },
      {
        data: { values: values.filter(({ low }) => low !== undefined) },
        mark: { type: 'rule', stroke: color, strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      ...[true, false].map((informative) => ({
        data: { values: values.filter((point) => point.informative === informative) },
        mark: { type: 'point', opacity: 1, ...shape, fill: informative ? color : 'var(--card)' },
        encoding: { x, y, description: { field: 'tip', type: 'nominal' } },
      })),
    ];
  });
  const padding = axis.title ? {} : { padding: BARE_PADDING };
  return { ...plot, ...padding, layer: layers } as unknown as TopLevelSpec;
}
