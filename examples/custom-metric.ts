/**
 * A metric of your own: the energy distance between the features of the samples and of the reference. Once it is registered,
 * `score` computes it, reports print it, and `gate` and `compareResults` treat it as they treat the others.
 *
 *     npx tsx custom-metric.ts ./samples ./real
 */
import { registerMetric, score } from 'ganeval';

/** Rows of either set that are compared; the cost grows with their square. */
const MAX_ROWS = 1000;

/**
 * Energy distance (Székely and Rizzo 2013, equation 2.1), with the unbiased means of a U-statistic:
 *
 *     E = 2 · mean ‖xᵢ − yⱼ‖ − mean ‖xᵢ − xⱼ‖ − mean ‖yᵢ − yⱼ‖     (i ≠ j in the last two)
 *
 * It is 0 for two sets from one distribution, and can be a little below.
 */
registerMetric({
  id: 'energy-distance',
  title: 'Energy distance',
  shortTitle: 'Energy',
  summary: 'Twice the mean distance between the two sets less the mean distances within them, on features.',
  paper: 'Székely and Rizzo 2013, section 2',
  unit: 'distance of features',
  direction: 'lower',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile'],
  biasDependsOnN: false,
  async compute({ samples, reference }) {
    const n = Math.min(samples.count, MAX_ROWS);
    const m = Math.min(reference.count, MAX_ROWS);
    if (Math.min(n, m) < 2) return { reason: 'The energy distance needs two pictures in each set.' };
    const { width } = samples.features;
    const x = await samples.features.read(0, n); // [n, width], row-major
    const y = await reference.features.read(0, m); // [m, width]
    const between = sumOfDistances(x, y, width) / (n * m);
    const withinX = sumOfDistances(x, x, width) / (n * (n - 1));
    const withinY = sumOfDistances(y, y, width) / (m * (m - 1));
    return { value: 2 * between - withinX - withinY, n };
  },
});

/** Sum of ‖a − b‖ over all pairs of rows of two tables. A row is at distance 0 from itself. */
function sumOfDistances(a: Float32Array, b: Float32Array, width: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += width) {
    for (let j = 0; j < b.length; j += width) {
      let square = 0;
      for (let k = 0; k < width; k += 1) square += (a[i + k] - b[j + k]) ** 2;
      sum += Math.sqrt(square);
    }
  }
  return sum;
}

const [samples, reference] = process.argv.slice(2);
const result = await score({ samples, reference, metrics: ['energy-distance', 'kid'] });
for (const metric of result.metrics) {
  console.log(
    metric.status === 'ok' ? `${metric.title}: ${metric.value}` : `${metric.title}: ${metric.reason}`,
  );
}
