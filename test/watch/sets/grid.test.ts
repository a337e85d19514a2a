import { expect, test } from 'vitest';
import { cutGrid, type GridLayout, parseGrid } from '../../../src/watch/sets/grid.js';

/** A grid as make_grid lays it out: every pixel of picture i has the value i + 1, padding is black. */
function drawGrid({ columns, rows, padding }: GridLayout, side: number, filled = columns * rows) {
  const width = columns * (side + padding) + padding;
  const height = rows * (side + padding) + padding;
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < filled; i++) {
    const left = padding + (i % columns) * (side + padding);
    const top = padding + Math.floor(i / columns) * (side + padding);
    for (let y = top; y < top + side; y++)
      pixels.fill(i + 1, (y * width + left) * 3, (y * width + left + side) * 3);
  }
  return { width, height, pixels };
}

test('a grid is columns by rows, with padding', () => {
  expect(parseGrid('8x4+2')).toEqual({ columns: 8, rows: 4, padding: 2 });
  expect(parseGrid('10x10')).toEqual({ columns: 10, rows: 10, padding: 0 });
  for (const text of ['8', '0x8', '8x8+', 'axb', '8x-1']) expect(() => parseGrid(text)).toThrow('--grid');
});

test.each([0, 2])('pictures are cut row by row with padding %i', (padding) => {
  const layout = { columns: 3, rows: 2, padding };
  const { pictures, blank } = cutGrid(drawGrid(layout, 4), layout, 'g.png');
  expect(blank).toBe(0);
  expect(pictures.map(({ width, height, pixels }) => [width, height, new Set(pixels)])).toEqual(
    Array.from({ length: 6 }, (_, i) => [4, 4, new Set([i + 1])]),
  );
});

test('classes go by column or row', () => {
  const layout = { columns: 3, rows: 2, padding: 0 };
  const grid = drawGrid(layout, 4);
  const columns = cutGrid(grid, layout, 'g.png', 'columns');
  expect(columns.classNames).toEqual(['0', '1', '2']);
  expect(columns.pictures.map(({ label }) => label)).toEqual([0, 1, 2, 0, 1, 2]);
  const rows = cutGrid(grid, layout, 'g.png', 'rows');
  expect(rows.classNames).toEqual(['0', '1']);
  expect(rows.pictures.map(({ label }) => label)).toEqual([0, 0, 0, 1, 1, 1]);
});

test('places that make_grid left blank are no pictures', () => {
  const layout = { columns: 3, rows: 2, padding: 2 };
  const { pictures, blank } = cutGrid(drawGrid(layout, 4, 4), layout, 'g.png');
  expect([pictures.length, blank]).toEqual([4, 2]);
});

test('a size or padding that does not fit is refused', () => {
  const layout = { columns: 3, rows: 2, padding: 2 };
  const grid = drawGrid(layout, 4);
  expect(() => cutGrid(grid, { ...layout, columns: 4 }, 'g.png')).toThrow(
    'The grid "g.png" has 20×14 pixels, which are not 4×2 pictures with 2 pixels around each: correct --grid.',
  );
  const bright = { ...grid, pixels: grid.pixels.map((value) => value * 40) };
  expect(() => cutGrid(bright, { columns: 9, rows: 6, padding: 1 }, 'g.png')).toThrow('which are not 9×6');
  expect(() => cutGrid(bright, { columns: 1, rows: 1, padding: 5 }, 'g.png')).toThrow(
    'The grid "g.png" has no padding of one color at 8, 2: correct --grid.',
  );
});
