import type { TopLevelSpec } from 'vega-lite';
import { PLOT, seriesColor, seriesShape } from './theme.js';

/** One value with its interval. */
export interface Dot {
  /** Color and shape, and the place from the top. */
  readonly index: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly tip: string;
}

const ROW_HEIGHT = 22;

/** Values under one another on one axis, each with its interval; a legend names them. */
export function dotsSpec(dots: readonly Dot[], count: number, title: string): TopLevelSpec {
  const ends = dots.flatMap(({ value, low, high }) => [low ?? value, high ?? value]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  const x = {
    type: 'quantitative',
    scale: { domain: [least - room, most + room], zero: false, nice: false },
    axis: { title, tickCount: 5 },
  };
  const y = {
    field: 'index',
    type: 'quantitative',
    scale: { domain: [count - 0.5, -0.5], nice: false },
    axis: null,
  };
  const layers = dots.flatMap((dot) => {
    const color = seriesColor(dot.index);
    const data = { values: [{ ...dot }] };
    return [
      ...(dot.low === undefined
        ? []
        : [
            {
              data,
              mark: { type: 'rule', stroke: color, strokeWidth: 2 },
              encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
            },
          ]),
      {
        data,
        mark: {
          type: 'point',
          shape: seriesShape(dot.index),
          size: 60,
          fill: color,
          stroke: null,
          opacity: 1,
        },
        encoding: { y, x: { ...x, field: 'value' }, description: { field: 'tip', type: 'nominal' } },
      },
    ];
  });
  return {
    width: PLOT.width + 30,
    height: Math.max(2, count) * ROW_HEIGHT,
    padding: { left: 24, right: 14, top: 6, bottom: 44 },
    layer: layers,
  } as unknown as TopLevelSpec;
}
