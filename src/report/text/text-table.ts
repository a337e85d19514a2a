import { measureText } from './measure-text.js';

const GAP = '  ';
const ELLIPSIS = '…';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** Columns with a higher number are dropped first if the terminal is too narrow; those without one always stay. */
  readonly dropOrder?: number;
  /** The column may be cut down to this width (in characters) if the terminal is too narrow. */
  readonly minWidth?: number;
}

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly indent: string;
  /** Applied to the headings, after padding. */
  readonly styleHeading: (text: string) => string;
}

/** Lines of a table that fits the width if possible: what may be cut is cut, and columns are dropped by their `dropOrder`. */
export function layOutTable(
  columns: readonly Column[],
  rows: readonly string[][],
  options: TableOptions,
): string[] {
  let kept = columns.map((_, index) => index).filter((index) => rows.some((row) => row[index] !== ''));
  const widths = columns.map(({ heading }, index) =>
    Math.max(measureText(heading), ...rows.map((row) => measureText(row[index]))),
  );
  const room = options.width - options.indent.length;
  const sum = (each: readonly number[]) =>
    kept.reduce((all, index) => all + each[index], GAP.length * (kept.length - 1));
  const minWidths = widths.map((width, index) => Math.min(width, columns[index].minWidth ?? width));
  while (sum(minWidths) > room) {
    const droppable = kept.flatMap((index) => {
      const { dropOrder } = columns[index];
      return dropOrder === undefined ? [] : [{ index, dropOrder }];
    });
    if (droppable.length === 0) break;
    const first = droppable.reduce((a, b) => (b.dropOrder > a.dropOrder ? b : a));
    kept = kept.filter((index) => index !== first.index);
  }
  for (const index of kept) {
    widths[index] = Math.max(minWidths[index], widths[index] - Math.max(0, sum(widths) - room));
  }
  const line = (cells: readonly string[]) =>
    kept.map((index) => pad(cut(cells[index], widths[index]), widths[index], columns[index].align)).join(GAP);
  const headings = line(columns.map(({ heading }) => heading)).trimEnd();
  return [
    ...(headings === '' ? [] : [options.indent + options.styleHeading(headings)]),
    ...rows.map((row) => (options.indent + line(row)).trimEnd()),
  ];
}

/** Lines of a table for a file or a pipe: as wide as its cells, without styles. */
export function layOutPlainTable(
  columns: readonly Column[],
  rows: readonly string[][],
  indent = '',
): string[] {
  return layOutTable(columns, rows, {
    width: Number.POSITIVE_INFINITY,
    indent,
    styleHeading: (text) => text,
  });
}

/** The text, shortened to a number of columns of the terminal. */
export function cut(text: string, width: number): string {
  if (measureText(text) <= width) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (measureText(kept + segment) > width - 1) break;
    kept += segment;
  }
  // An isolate that lost its end would reorder the rest of the line.
  const unclosed = kept.includes('\u2068') && !kept.includes('\u2069');
  return kept + ELLIPSIS + (unclosed ? '\u2069' : '');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - measureText(text)));
  return align === 'left' ? text + space : space + text;
}

/** Breaks a text at its spaces into lines of at most `width` columns; a longer word stays whole. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && measureText(`${indent}${line} ${word}`) > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}
