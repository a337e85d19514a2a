// Seconds for the metrics of 10,000 rows of 2,048 numbers: metrics.js DEVICE.
import { kid } from '../../../dist/metrics/kernel/kid.js';
import { computeNeighborhoods } from '../../../dist/metrics/neighbors/neighborhoods.js';
import { openMatrixProduct } from '../../../dist/onnx/matrix-product.js';
import { attempt, found, noise } from './section.js';

const [device] = process.argv.slice(2);
const [COUNT, WIDTH] = [Number(process.env.GANEVAL_BENCH_ROWS ?? 10_000), 2048];

function rowsOf(seed) {
  const values = noise(COUNT * WIDTH, seed);
  return {
    count: COUNT,
    width: WIDTH,
    read: async (start, end) => values.slice(start * WIDTH, end * WIDTH),
  };
}

async function timed(what, work) {
  await attempt(what, async () => {
    const start = performance.now();
    const values = await work();
    found(what, (performance.now() - start) / 1000, 's');
    for (const [name, value] of Object.entries(values)) found(`${what}: ${name}`, value);
  });
}

const [samples, reference] = [rowsOf(1), rowsOf(2)];
await timed('KID, 100 subsets of 1000', async () => {
  const settings = { seed: 2020, kidSubsets: 100, kidSubsetSize: 1000, level: 0.95, device };
  const outcome = await kid.compute({
    samples: { count: COUNT, features: samples },
    reference: { count: COUNT, features: reference },
    settings,
  });
  return { value: JSON.stringify(outcome).slice(0, 120) };
});
await timed('precision and recall', async () => {
  const { precision, recall } = await computeNeighborhoods(samples, reference, 2020, { device });
  return { precision: precision.value, recall: recall.value };
});
await timed('a product of 2048² float64', async () => {
  const product = openMatrixProduct({ device });
  const a = Float64Array.from(noise(WIDTH * WIDTH, 3));
  const size = { m: WIDTH, k: WIDTH, n: WIDTH };
  await product.multiply(a, a, size);
  const start = performance.now();
  const y = await product.multiply(a, a, size);
  const ms = performance.now() - start;
  await product.close();
  return { 'second run, ms': ms, last: y[y.length - 1] };
});
