import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { computeCt } from '../../../src/metrics/memorization/compute-ct.js';
import { ct as description } from '../../../src/metrics/memorization/ct.js';
import type { MetricValue } from '../../../src/metrics/metric-value.js';
import type { Rows } from '../../../src/metrics/rows.js';
import { rowsOf } from '../golden-arrays.js';
import { settings } from '../metric-input.js';

/** Three far clusters in turns: NumPy's `RandomState(seed).randn(count, width) * scale`, with 12 added to the column of the cluster. */
function clusters(count: number, width: number, seed: number, scale = 1): Float32Array {
  const rng = new NumpyRandom(seed);
  return Float32Array.from({ length: count * width }, (_, i) => {
    const row = Math.floor(i / width);
    return rng.standardNormal() * scale + (i % width === row % 3 ? 12 : 0);
  });
}

function normals(length: number, seed: number): Float32Array {
  const rng = new NumpyRandom(seed);
  return Float32Array.from({ length }, () => rng.standardNormal());
}

function noisyCopies(rows: Float32Array, count: number, width: number): Float32Array {
  const rng = new NumpyRandom(5);
  return Float32Array.from({ length: count * width }, (_, i) => rows[i] + 0.3 * rng.standardNormal());
}

const subject = (features: Rows) => ({ count: features.count, features });

async function ct(
  samples: Rows,
  reference: Rows,
  validation?: Rows,
  changed: Partial<typeof settings> = {},
): Promise<MetricValue> {
  const outcome = await computeCt({
    samples: subject(samples),
    reference: subject(reference),
    validation: validation && subject(validation),
    settings: { ...settings, ...changed },
  });
  if ('reason' in outcome) throw new Error(outcome.reason);
  return outcome;
}

// dgm-eval's compute_CTscore(training, held out, samples) on these arrays; its distances were flattened for the U test of SciPy 1.17. With 80
// features it reduces them to 64 principal components, as here.
const WANTED: [number, 'like' | 'copies' | 'wide', number][] = [
  [8, 'like', 0.4179779439324024],
  [8, 'copies', -9.610379280695293],
  [8, 'wide', 5.566034035494618],
  [80, 'like', -0.4911435430565101],
  [80, 'copies', -9.804968640067921],
  [80, 'wide', 9.742700045068679],
];

describe('C_T', () => {
  it.each(WANTED)("with %i features of %s samples is dgm-eval's", async (width, kind, wanted) => {
    const training = clusters(240, width, 1);
    const samples = {
      like: clusters(210, width, 3),
      copies: noisyCopies(training, 210, width),
      wide: clusters(210, width, 4, 1.5),
    }[kind];
    const [x, y, z] = [samples, training, clusters(180, width, 2)].map((rows) => rowsOf(rows, width));
    const { value, details } = await ct(x, y, z);
    expect(Math.abs(value - wanted)).toBeLessThan(1e-9);
    expect(details).toMatchObject({ cells: 3, heldOut: 'validation', heldOutN: 180, trainingN: 240 });
  });

  it('without held-out pictures takes half of the reference for them, and says so', async () => {
    const reference = rowsOf(clusters(400, 4, 1), 4);
    const copied = await ct(rowsOf(clusters(200, 4, 1), 4), reference);
    expect(copied.value).toBeLessThan(-3);
    expect(copied.details).toMatchObject({ heldOut: 'half of the reference', heldOutN: 200, trainingN: 200 });
    expect(copied.warnings?.[0]).toContain('--validation');
    const fresh = await ct(rowsOf(clusters(200, 4, 9), 4), reference);
    expect(Math.abs(fresh.value)).toBeLessThan(3);
  });

  it('without held-out pictures finds no copies among wide features of equal distributions', async () => {
    const width = 128;
    const values = [1, 2, 3, 4].map(async (seed) => {
      const [x, y] = [
        [160, seed],
        [320, 100 + seed],
      ].map(([count, from]) => rowsOf(normals(count * width, from), width));
      return (await ct(x, y)).value;
    });
    const all = await Promise.all(values);
    // Components of the whole reference gave about -6 here.
    expect(Math.abs(all.reduce((sum, value) => sum + value, 0) / all.length)).toBeLessThan(1.5);
  });

  it('says that samples far from all pictures are not better', async () => {
    const far = await ct(
      rowsOf(clusters(200, 4, 3, 3), 4),
      rowsOf(clusters(200, 4, 1), 4),
      rowsOf(clusters(150, 4, 2), 4),
    );
    expect(far.value).toBeGreaterThan(3);
    expect(far.warnings).toEqual([expect.stringContaining('underfitted')]);
  });

  it('depends neither on threads nor on the order of the rows that is not theirs', async () => {
    const [x, y, z] = [3, 1, 2].map((seed) => rowsOf(clusters(150, 70, seed), 70));
    const one = await ct(x, y, z, { threads: 1 });
    expect(await ct(x, y, z, { threads: 2 })).toEqual(one);
    const values = await x.read(0, 150);
    const turned = Float32Array.from(
      values.keys(),
      (i) => values[(149 - Math.floor(i / 70)) * 70 + (i % 70)],
    );
    expect((await ct(rowsOf(turned, 70), y, z)).value).toBeCloseTo(one.value, 9);
  });

  it('is far below 0 for new pictures that spread less, too, and its verdict accuses nobody of copies', async () => {
    const narrow = rowsOf(clusters(210, 8, 3, 0.7), 8);
    const { value } = await ct(narrow, rowsOf(clusters(240, 8, 1), 8), rowsOf(clusters(180, 8, 2), 8));
    expect(value).toBeLessThan(-3);
    expect(description.worseMeans).toContain('spread less without being copies');
  });

  it('needs samples in a cell', async () => {
    const [x, y] = [rowsOf(clusters(12, 4, 3), 4), rowsOf(clusters(90, 4, 1), 4)];
    await expect(ct(x, y)).rejects.toThrow(
      'C_T needs more than 20 samples and a held-out picture in one of its 3 cells',
    );
    await expect(ct(x, x)).rejects.toThrow('C_T needs at least 20 training pictures, and there are 6.');
  });
});
