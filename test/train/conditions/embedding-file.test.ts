import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpyHeader, type NpyData } from '../../../src/archives/npy.js';
import { writeNpz } from '../../../src/archives/npz.js';
import { readAskedConditions } from '../../../src/train/conditions/asked-conditions.js';
import { readEmbeddings } from '../../../src/train/conditions/embedding-file.js';
import { readConditions } from '../../../src/train/conditions/read-conditions.js';
import { sideFilesOf } from '../../../src/train/conditions/side-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-embeddings-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function npy(data: NpyData, shape: readonly number[]): Promise<string> {
  const path = join(folder, 'rows.npy');
  await writeFile(path, encodeNpy({ shape, data }));
  return path;
}

describe('embeddings', () => {
  it('are rows in the order of all pictures, at the length 1', async () => {
    const embeddings = await npy(Float32Array.of(3, 4, 1, 0, 0, -2), [3, 2]);
    const pictures = { ids: ['a', 'b', 'c'], readSizes: async () => [] };
    const { form, values } = await readConditions({ embeddings }, pictures, {});
    expect(form).toEqual({ embeddings: 2 });
    expect([...values]).toEqual([0.6, 0.8, 1, 0, 0, -1].map(Math.fround));
    const fewer = { ...pictures, ids: ['a', 'b', 'c', 'd'] };
    await expect(readConditions({ embeddings }, fewer, {})).rejects.toThrow(/has 3 rows for 4 pictures/);
  });

  it('may be float16, float64, or an array of an .npz file', async () => {
    const path = join(folder, 'half.npy');
    await writeFile(
      path,
      Buffer.concat([encodeNpyHeader('<f2' as '<f4', [1, 2]), Buffer.from('003c00bc', 'hex')]),
    );
    const [a, b] = (await readEmbeddings(path)).unitRow(0);
    expect([a, b]).toEqual([Math.fround(Math.SQRT1_2), -Math.fround(Math.SQRT1_2)]);
    expect((await readEmbeddings(await npy(Float64Array.of(0, 5), [1, 2]))).unitRow(0)[1]).toBe(1);
    const npz = join(folder, 'rows.npz');
    const embeddings = { shape: [1, 2], data: Float32Array.of(2, 0) };
    await writeNpz(npz, { other: { shape: [1], data: Int32Array.of(1) }, embeddings });
    expect([...(await readEmbeddings(npz)).unitRow(0)]).toEqual([1, 0]);
  });

  it.each<[NpyData, number[], RegExp]>([
    [Float32Array.of(0, 0, 1, 1), [2, 2], /^The row 0 of .* is all 0: an embedding needs a direction/],
    [Float32Array.of(Number.NaN, 0), [1, 2], /has a number that is not finite/],
    [Float32Array.of(1, 2, 3), [3], /an array of \[3\]: give one of \[pictures, width\]/],
    [Float32Array.of(1, 2, 3), [3, 1], /a width of 2 to 4096/],
    [new Float32Array(5000), [1, 5000], /a width of 2 to 4096/],
    [Int32Array.of(1, 2), [1, 2], /holds no numbers with a fraction/],
  ])('refuse %j of %j', async (data, shape, says) => {
    const path = await npy(data, shape);
    await expect((async () => (await readEmbeddings(path)).unitRow(0))()).rejects.toThrow(says);
  });

  it('refuse what is no file of numbers, and a width that the generator does not take', async () => {
    const text = join(folder, 'text.npy');
    await writeFile(text, 'no numbers');
    await expect(readEmbeddings(text)).rejects.toThrow(/is not a \.npy array/);
    await expect(readEmbeddings(join(folder, 'none.npy'))).rejects.toThrow(/cannot be read/);
    const embeddings = await npy(Float32Array.of(1, 2), [1, 2]);
    const form = { size: 8, conditions: { embeddings: 3 } };
    await expect(readAskedConditions({ embeddings }, form, { run: 'run' })).rejects.toThrow(
      /of 2 numbers, and the generator takes 3/,
    );
  });

  it('of samples are written as they are read', () => {
    const { sideFiles = [] } = sideFilesOf({ embeddings: 2 }, { size: 8, count: 1 });
    const file = Buffer.concat([
      sideFiles[0].head,
      sideFiles[0].rowOf(Float32Array.of(0.6, 0.8), 'x.png', 0),
    ]);
    expect(file).toEqual(encodeNpy({ shape: [1, 2], data: Float32Array.of(0.6, 0.8) }));
  });
});
