/**
 * A metric of your own: the energy distance between the features of the samples and of the reference. Once it is registered,
 * `score` computes it, reports print it, and `gate` and `compareResults` treat it as they treat the others.
 *
 *     npx tsx custom-metric.ts ./samples ./real result.json
 *
 * The command line has only the metrics that come with ganeval, but it reads the result:
 *
 *     ganeval gate result.json --baseline baseline.json --update
 */
import { writeFile } from 'node:fs/promises';
import { type MetricInput, registerMetric, score } from 'ganeval';

/** A table of features, [N, width]. */
type Features = MetricInput<'features'>['samples']['features'];

/** Rows of either set that are compared; the cost grows with their square. */
const MAX_ROWS = 1000;

/**
 * Energy distance (Székely and Rizzo 2013, equation 2.1), with the unbiased means of a U-statistic:
 *
 *     E = 2 · mean ‖xᵢ − yⱼ‖ − mean ‖xᵢ − xⱼ‖ − mean ‖yᵢ − yⱼ‖     (i ≠ j in the last two)
 *
 * It is 0 for two sets from one distribution, and can be a little below.
 *
 * The standard error follows from the influence of each row: twice its mean distance to the other set less twice that to its own
 * set. The variance of E is the variance of the xᵢ's influences over n plus that of the yⱼ's over m, up to terms in 1/n².
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
    const x = await readSome(samples.features, n); // [n, width], row-major
    const y = await readSome(reference.features, m); // [m, width]
    // Mean distance of each row to the rows of the other set, and to the other rows of its own.
    const xToY = sumDistances(x, y, width).map((sum) => sum / m);
    const yToX = sumDistances(y, x, width).map((sum) => sum / n);
    const xToX = sumDistances(x, x, width).map((sum) => sum / (n - 1));
    const yToY = sumDistances(y, y, width).map((sum) => sum / (m - 1));
    const varianceOfX = variance(xToY.map((between, i) => 2 * (between - xToX[i]))) / n;
    const varianceOfY = variance(yToX.map((between, j) => 2 * (between - yToY[j]))) / m;
    return {
      value: 2 * mean(xToY) - mean(xToX) - mean(yToY),
      n,
      se: Math.sqrt(varianceOfX + varianceOfY),
      uncertainty: 'variance of the influences of the rows',
      // Against one reference, the gate tests with the error of the samples alone.
      details: { seSamples: Math.sqrt(varianceOfX) },
    };
  },
});

/** As many rows as asked for, evenly spread: pictures stand in the order of their classes. */
async function readSome(rows: Features, count: number): Promise<Float32Array> {
  if (count === rows.count) return rows.read(0, count);
  const some = new Float32Array(count * rows.width);
  for (let i = 0; i < count; i += 1) {
    const row = Math.floor((i * rows.count) / count);
    some.set(await rows.read(row, row + 1), i * rows.width);
  }
  return some;
}

/** For each row a of the first table, the sum of ‖a − b‖ over the rows of the second. A row is at distance 0 from itself. */
function sumDistances(first: Float32Array, second: Float32Array, width: number): Float64Array {
  const sums = new Float64Array(first.length / width);
  for (let i = 0; i < sums.length; i += 1) {
    for (let j = 0; j < second.length; j += width) {
      let square = 0;
      for (let k = 0; k < width; k += 1) square += (first[i * width + k] - second[j + k]) ** 2;
      sums[i] += Math.sqrt(square);
    }
  }
  return sums;
}

const mean = (values: Float64Array) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** With N − 1 in the denominator. */
function variance(values: Float64Array): number {
  const center = mean(values);
  return values.reduce((sum, each) => sum + (each - center) ** 2, 0) / (values.length - 1);
}

const [samples, reference, out = 'result.json'] = process.argv.slice(2);
const result = await score({ samples, reference, metrics: ['energy-distance', 'kid'] });
for (const metric of result.metrics) {
  console.log(
    metric.status === 'ok'
      ? `${metric.title}: ${metric.value} ± ${metric.se}`
      : `${metric.title}: ${metric.reason}`,
  );
}
await writeFile(out, `${JSON.stringify(result, undefined, 2)}\n`);
