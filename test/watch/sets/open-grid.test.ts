import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openGrid } from '../../../src/watch/sets/open-grid.js';

const GRID = join(import.meta.dirname, 'make-grid.png');

/** Written with the grid by torchvision: see make_grid.py. */
async function readExpected() {
  const text = await readFile(join(import.meta.dirname, 'make-grid.json'), 'utf8');
  const { shape, pictures } = JSON.parse(text) as { shape: number[]; pictures: string[] };
  return { shape, pictures: pictures.map((bytes) => new Uint8Array(Buffer.from(bytes, 'base64'))) };
}

test('a grid of torchvision is cut into the pictures that it was made of, without the place that it left blank', async () => {
  const { shape, pictures } = await readExpected();
  const source = await openGrid(GRID, 'g.png', { columns: 3, rows: 2, padding: 2 }, {});
  expect(source.entries).toHaveLength(shape[0]);
  for (const [i, pixels] of pictures.entries()) {
    expect(await source.picture(i)).toMatchObject({ height: shape[1], width: shape[2], pixels });
  }
  expect(source.warnings).toEqual(['The last place of the grid g.png is blank and left out.']);
});

test('a file that is no picture is refused', async () => {
  const layout = { columns: 3, rows: 2, padding: 2 };
  await expect(openGrid(import.meta.filename, 'g.png', layout, {})).rejects.toThrow('g.png');
});
