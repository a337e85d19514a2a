import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAskedConditions } from '../../../src/train/conditions/asked-conditions.js';
import { boxOverlap, drawMasks } from '../../../src/train/conditions/box-table.js';
import { measureConsistency } from '../../../src/train/conditions/consistency.js';
import { readConditions } from '../../../src/train/conditions/read-conditions.js';
import { sideFilesOf } from '../../../src/train/conditions/side-files.js';

let boxes: string;
beforeAll(async () => {
  boxes = join(await mkdtemp(join(tmpdir(), 'ganeval-boxes-')), 'boxes.csv');
});
afterAll(() => rm(join(boxes, '..'), { recursive: true }));

async function read(text: string, width = 20, height = 10) {
  await writeFile(boxes, text);
  const readSizes = async () => [{ width, height }];
  return readConditions({ boxes }, { ids: ['a.png'], readSizes }, {});
}

describe('boxes of pictures', () => {
  it('are shares of the picture: center, width and height', async () => {
    const { form, values } = await read('file,height,x,y,width\na.png,5,10,0,5\n');
    expect(form).toEqual({ boxes: true });
    expect([...values]).toEqual([12.5 / 20, 2.5 / 10, 5 / 20, 5 / 10].map(Math.fround));
  });

  it.each([
    [
      'a.png,18,0,3,1',
      /row 2 of .* \[18, 0, 3, 1\], which does not lie in the picture a\.png of 20×10 pixels/,
    ],
    ['a.png,-1,0,3,1', /does not lie in the picture/],
    ['a.png,0,9.5,3,1', /does not lie in the picture/],
    ['a.png,1,1,0,4', /which has no area/],
    ['a.png,1,1,2,-4', /which has no area/],
    ['a.png,NaN,1,2,4', /has "NaN" for x: give a number of pixels/],
    ['a.png,1,,2,4', /has "" for y/],
    ['a.png,1,1,2', /has "" for height/],
    ['a.png,1,1,2,1e999', /has "1e999" for height/],
    ['a.png,1,1,2,2\na.png,2,2,2,2', /more than one row for "a\.png"/],
    ['b.png,1,1,2,2', /has no boxes of 1 of the 1 pictures/],
    ['', /has no boxes: give a header/],
  ])('refuse %j', async (rows, says) => {
    await expect(read(`file,x,y,width,height\n${rows}\n`)).rejects.toThrow(says);
  });

  it('refuse a table without a column', async () => {
    await expect(read('file,x,y,w,h\na.png,1,1,1,1\n')).rejects.toThrow(/has no column width/);
  });

  it('of samples are in pixels of the samples, as the file beside them has them', async () => {
    await writeFile(boxes, 'file,x,y,width,height\nany,2,4,4,2\n');
    const form = { size: 8, conditions: { boxes: true as const } };
    const asked = await readAskedConditions({ boxes }, form, { run: 'run' });
    const box = new Float32Array(4);
    asked?.fill(5, box);
    expect([...box]).toEqual([0.5, 0.625, 0.5, 0.25]);
    const { sideFiles = [] } = sideFilesOf(form.conditions, { size: 8, count: 1 });
    expect(Buffer.from(sideFiles[0].rowOf(box, '0.png', 0)).toString()).toBe('0.png,2,4,4,2\n');
    await writeFile(boxes, 'file,x,y,width,height\nany,2,4,7,2\n');
    await expect(readAskedConditions({ boxes }, form, { run: 'run' })).rejects.toThrow(/of 8×8 pixels/);
  });
});

it('masks have the share of each cell that the box covers', () => {
  // From 0 to 3/4 across and from 1/4 to 1/2 down.
  expect([...drawMasks(Float32Array.of(0.375, 0.375, 0.75, 0.25), 2)]).toEqual([0.5, 0.25, 0, 0]);
});

it('boxes overlap by what they share over what they cover', () => {
  expect(boxOverlap([0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5])).toBe(1);
  // A half of each is shared.
  expect(boxOverlap([0.25, 0.5, 0.5, 1], [0.5, 0.5, 0.5, 1])).toBeCloseTo(1 / 3, 12);
  expect(boxOverlap([0.2, 0.5, 0.2, 1], [0.8, 0.5, 0.2, 1])).toBe(0);
});

it('consistency of boxes is the mean of that, and of embeddings the mean cosine similarity', () => {
  const asked = Float32Array.of(0.25, 0.5, 0.5, 1, 0.6, 0.8, 0.5, 0.5, 0.5, 0.5, 1, 0);
  const seen = Float32Array.of(0.5, 0.5, 0.5, 1, 0.8, 0.6, 0.5, 0.5, 0.5, 0.5, 0, 1);
  const [overlap, similarity] = measureConsistency(
    { boxes: true, embeddings: 2 },
    { asked, seen, order: [1, 0] },
  );
  expect(overlap).toMatchObject({ name: 'boxes', n: 2 });
  expect(overlap.value).toBeCloseTo((1 / 3 + 1) / 2, 6);
  expect(similarity.value).toBeCloseTo((0.96 + 0) / 2, 6);
  // Against those of the other: 0.8 and 0.8.
  expect(similarity.shuffled).toBeCloseTo(0.8, 6);
  expect(similarity.low).toBeCloseTo(0.48 - 1.959964 * 0.48, 5);
});
