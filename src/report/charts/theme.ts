import type { Config } from 'vega-lite';

/** The colors of the page's style; a chart changes with it between light and dark. */
const INK = 'var(--ink)';
const SOFT = 'var(--soft)';
const GRID = 'var(--grid)';

/** Series differ in color, shape and dashes. */
const SERIES = 8;
const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
  'triangle-left',
];
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 4], [6, 2, 1, 2]];

export const seriesColor = (index: number) => `var(--s${index % SERIES})`;
export const seriesShape = (index: number) => SHAPES[index % SERIES];
export const seriesDash = (index: number) => DASHES[index % SERIES];

/** Plot area in units that are a pixel on a phone; a wide screen enlarges the whole. */
export const PLOT = { width: 290, height: 220 };
export const FONT_SIZE = 12;

export const CHART_CONFIG: Config = {
  background: undefined,
  // Fixed room for axes: without a browser Vega can only guess how wide a text is.
  padding: { left: 54, right: 14, top: 10, bottom: 44 },
  autosize: { type: 'none' },
  font: 'sans-serif',
  view: { stroke: null },
  axis: {
    labelFontSize: FONT_SIZE,
    titleFontSize: FONT_SIZE,
    labelColor: INK,
    titleColor: INK,
    titleFontWeight: 'normal',
    tickColor: SOFT,
    domainColor: SOFT,
    gridColor: GRID,
  },
  axisY: { titleX: -40, titleBaseline: 'bottom' },
  text: { color: INK, fontSize: FONT_SIZE },
};
