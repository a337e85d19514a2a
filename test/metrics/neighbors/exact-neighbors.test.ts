import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { exactSquaredDistance } from '../../../src/math/rows/exact-distance.js';
import { BlockReader, openBlockMemory, openBlocks } from '../../../src/metrics/neighbors/block-reader.js';
import { findNeighbors } from '../../../src/metrics/neighbors/find-neighbors.js';
import { NearestNeighbors } from '../../../src/metrics/neighbors/nearest-neighbors.js';
import { computeNeighborhoods } from '../../../src/metrics/neighbors/neighborhoods.js';
import { errorBound, openPairSearch } from '../../../src/onnx/near-pairs.js';
import { rowsOf } from '../golden-arrays.js';

/** Uniform values, of which some rows are copies of others and some nearly so. */
function drawTable(count: number, width: number, { seed, scale, offset, steps }: Kind): Float32Array {
  const rng = new NumpyRandom(seed);
  const values = Float32Array.from({ length: count * width }, () => {
    const value = rng.randomSample();
    return offset + scale * (steps ? Math.floor(value * steps) : value);
  });
  for (let row = 0; row < count; row += 5) {
    const from = Math.floor(rng.randomSample() * count);
    values.copyWithin(row * width, from * width, (from + 1) * width);
    if (row % 10) values[row * width] += Math.abs(values[row * width]) * 2 ** -23;
  }
  return values;
}

interface Kind {
  readonly seed: number;
  readonly scale: number;
  readonly offset: number;
  /** Different values; 0 for any. */
  readonly steps: number;
}

const kinds = fc.record({
  seed: fc.integer({ min: 0, max: 10_000 }),
  scale: fc.constantFrom(1e-24, 1e-6, 1, 1e6, 1e14),
  offset: fc.constantFrom(0, 0, 30, 3000),
  steps: fc.constantFrom(0, 0, 2, 3),
});

function findPlainly(values: Float32Array, width: number, size: number) {
  const count = values.length / width;
  const both = { x: values, y: values, width };
  const found = new NearestNeighbors(count, size);
  for (let i = 0; i < count; i++) {
    const others = Array.from(Array(count).keys())
      .filter((j) => j !== i)
      .map((j) => [exactSquaredDistance(both, i, j), j])
      .sort(([p, a], [q, b]) => p - q || a - b);
    for (let k = 0; k < size; k++) [found.squared[i * size + k], found.indices[i * size + k]] = others[k];
  }
  return found;
}

describe('nearest rows', () => {
  it('are those of exact distances, the lower index first, whatever the rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        kinds,
        fc.integer({ min: 4, max: 70 }),
        fc.constantFrom(1, 5, 33),
        async (kind, count, width) => {
          const values = drawTable(count, width, kind);
          const size = Math.min(13, count - 1);
          const table = rowsOf(values, width);
          const blocks = await openBlocks(table, openBlockMemory([table], 16));
          const found = await findNeighbors(blocks, size, { device: 'cpu' });
          const wanted = findPlainly(values, width, size);
          expect(found.indices).toEqual(wanted.indices);
          expect(found.squared).toEqual(wanted.squared);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are the same of rows that stand so close that float32 has no neighbor apart', async () => {
    const rng = new NumpyRandom(4);
    const width = 24;
    const values = Float32Array.from(
      { length: 90 * width },
      () => 1000 + 2 ** -13 * Math.floor(8 * rng.randomSample()),
    );
    for (let row = 0; row < 90; row += 2) values[row * width] -= 2000;
    const table = rowsOf(values, width);
    const blocks = await openBlocks(table, openBlockMemory([table], 32));
    const found = await findNeighbors(blocks, 18, { device: 'cpu' });
    const wanted = findPlainly(values, width, 18);
    expect(found.indices).toEqual(wanted.indices);
    expect(found.squared).toEqual(wanted.squared);
  });
});

describe('numbers of every kind', () => {
  // Computed before candidates were chosen in the graph, with all distances in tiles and each candidate decided exactly.
  const EARLIER = 'ae75e4f2f2282b796b8eed606bb47ece51b7b4d8753809a14a69905b5010e5d8';

  it('are the same to the last bit as they were by another way', async () => {
    const table = (count: number, seed: number) =>
      rowsOf(drawTable(count, 40, { seed, scale: 1, offset: seed / 50, steps: 0 }), 40);
    const found = await computeNeighborhoods(table(300, 1), table(260, 2), 7, { device: 'cpu' });
    expect(digest(found)).toBe(EARLIER);
  });

  function digest({ nearest, ...values }: Awaited<ReturnType<typeof computeNeighborhoods>>): string {
    const hash = createHash('sha256');
    for (const { value, inHalves = [] } of Object.values(values))
      hash.update(Float64Array.of(value, ...inHalves));
    for (const { squared, indices } of Object.values(nearest)) hash.update(squared).update(indices);
    return hash.digest('hex');
  }
});

describe('float32 distances', () => {
  /** A block of its own memory. */
  function makeBlock(values: Float32Array, center: Float32Array) {
    const table = rowsOf(values, center.length);
    return new BlockReader(table, center, openBlockMemory([table])).read(0);
  }

  const cases = [1, 7, 64, 300, 2048].flatMap((width) => [0, 30].map((offset) => [width, offset] as const));

  it.each(cases)('stay within their bounds: %i wide, %i from the origin', async (width, offset) => {
    const center = new Float32Array(width).fill(offset ? 29.9 : 0.4);
    const block = (seed: number) =>
      makeBlock(drawTable(20, width, { seed, scale: 1, offset, steps: 0 }), center);
    const [x, y] = [await block(1), await block(2)];
    const search = openPairSearch({ device: 'cpu' });
    for (const precision of ['float32', 'float64'] as const) {
      const bound = errorBound(width, precision);
      const ofX = new Float64Array(20).fill(Number.POSITIVE_INFINITY);
      const { at, squared } = await search.find({ x, y, center, ofX }, precision);
      expect(at).toEqual(Int32Array.from(Array(400).keys()));
      for (const k of at) {
        const [i, j] = [Math.floor(k / 20), k % 20];
        const exact = exactSquaredDistance({ x: x.rows, y: y.rows, width }, i, j);
        expect(Math.abs(squared[k] - exact)).toBeLessThanOrEqual(bound(x.norms[i], y.norms[j]));
      }
    }
    await search.close();
  });

  it.each([1, 7, 48, 64, 100])('are all found that limits want, among %i rows', async (n) => {
    const [m, width] = [20, 6];
    const center = new Float32Array(width);
    const draw = (count: number, seed: number) =>
      makeBlock(drawTable(count, width, { seed, scale: 1, offset: 0, steps: 0 }), center);
    const [x, y] = [await draw(m, 1), await draw(n, 2)];
    const search = openPairSearch({ device: 'cpu' });
    const all = await search.find(
      { x, y, center, ofX: new Float64Array(m).fill(Number.POSITIVE_INFINITY) },
      'float32',
    );
    const ofX = Float64Array.from({ length: m }, (_, i) => (i % 3 ? 0.2 : 0.4));
    const ofY = Float64Array.from({ length: n }, (_, j) => (j % 5 ? 0.1 : 0.5));
    const wanted = all.at.filter((k) => all.squared[k] <= Math.max(ofX[Math.floor(k / n)], ofY[k % n]));
    expect((await search.find({ x, y, center, ofX, ofY }, 'float32')).at).toEqual(wanted);

    const nearest = { rank: 3, caps: new Float64Array(m).fill(0.6), slack: new Float64Array(m).fill(0.01) };
    const none = new Float64Array(m).fill(Number.NEGATIVE_INFINITY);
    const found = await search.find({ x, y, center, ofX: none, nearest }, 'float32');
    for (let i = 0; i < m; i++) {
      const row = all.squared.slice(i * n, (i + 1) * n);
      const last = row.toSorted()[Math.min(3, n) - 1] + 0.01;
      const near = Array.from(row.keys()).filter((j) => row[j] <= Math.min(last, 0.6));
      expect(Array.from(found.at)).toEqual(expect.arrayContaining(near.map((j) => i * n + j)));
    }
    for (const squared of found.squared) expect(squared).toBeLessThanOrEqual(0.6001);
    await search.close();
  });

  it('leave the graph only where a limit of a row or a column wants them', async () => {
    const center = new Float32Array(1);
    const block = (...values: number[]) => makeBlock(Float32Array.from(values), center);
    const search = openPairSearch({ device: 'cpu' });
    const [x, y] = [await block(0, 10), await block(1, 2, 30)];
    const none = new Float64Array(2).fill(Number.NEGATIVE_INFINITY);
    const find = (query: object) => search.find({ x, y, center, ofX: none, ...query }, 'float32');
    expect((await find({})).at).toEqual(new Int32Array());
    expect((await find({ ofX: Float64Array.of(1, 0) })).at).toEqual(Int32Array.of(0));
    expect((await find({ ofY: Float64Array.of(0, 64, 0) })).at).toEqual(Int32Array.of(1, 4));
    const nearest = { rank: 1, caps: Float64Array.of(99, 63), slack: Float64Array.of(3, 3) };
    const found = await find({ nearest });
    expect(found.at).toEqual(Int32Array.of(0, 1));
    expect(found.squared).toEqual(Float32Array.of(1, 4));
    await search.close();
  });
});
