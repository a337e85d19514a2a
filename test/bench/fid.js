import { pathToFileURL } from 'node:url';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { computeFrechetDistance, gaussianOfStatistics } from '../../dist/metrics/frechet/frechet-distance.js';
import { openMatrixProduct } from '../../dist/onnx/matrix-product.js';

const WIDTH = 2048;
/** The best of some rounds says most on a machine that others use too. */
const ROUNDS = 3;

/** Mean and full-rank covariance whose spectrum falls as those of network features do. */
async function drawStatistics(seed, product) {
  const stream = new NumpyRandom(seed);
  const rows = new Float64Array(WIDTH * WIDTH);
  for (let i = 0; i < rows.length; i++) {
    rows[i] = (2 * stream.randomSample() - 1) / Math.sqrt(1 + Math.floor(i / WIDTH));
  }
  const sigma = await product(rows, rows, { m: WIDTH, k: WIDTH, n: WIDTH, transposeA: true });
  for (let i = 0; i < WIDTH; i++) for (let j = 0; j < i; j++) sigma[i * WIDTH + j] = sigma[j * WIDTH + i];
  return { mu: new Float64Array(WIDTH).fill(seed), sigma };
}

async function bestSeconds(work) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await work();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

/**
 * Seconds for FID from two full-rank covariances 2048 wide, and the rate of a product of that size in the same run:
 * `{ width, seconds, gigaflops }`.
 */
export async function benchFid() {
  const matrix = openMatrixProduct({ device: 'cpu' });
  const product = matrix.multiply;
  const samples = await drawStatistics(1, product);
  const reference = await drawStatistics(2, product);
  const seconds = await bestSeconds(async () => {
    const first = await gaussianOfStatistics(samples, product);
    const second = await gaussianOfStatistics(reference, product);
    await computeFrechetDistance(first, second, product);
  });
  const shape = { m: WIDTH, k: WIDTH, n: WIDTH };
  const productSeconds = await bestSeconds(() => product(samples.sigma, reference.sigma, shape));
  await matrix.close();
  return { width: WIDTH, seconds, gigaflops: (2 * WIDTH ** 3) / productSeconds / 1e9 };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { width, seconds, gigaflops } = await benchFid();
  console.log(
    `FID from two covariances ${width} wide: ${seconds.toFixed(2)} s (float64 products at ${gigaflops.toFixed(0)} GFLOP/s)`,
  );
}
