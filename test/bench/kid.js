import { pathToFileURL } from 'node:url';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { kid } from '../../dist/metrics/kernel/kid.js';

const COUNT = 10_000;
const WIDTH = 384;

function drawSubject(seed) {
  const stream = new NumpyRandom(seed);
  const values = Float32Array.from({ length: COUNT * WIDTH }, () => stream.randomSample());
  const read = async (start, end) => values.slice(start * WIDTH, end * WIDTH);
  return { count: COUNT, features: { count: COUNT, width: WIDTH, read } };
}

/** Seconds for KID with its standard error at the default 100 subsets of 1000: `{ count, width, seconds }`. */
export async function benchKid() {
  const input = { samples: drawSubject(1), reference: drawSubject(2) };
  const settings = { seed: 2020, kidSubsets: 100, kidSubsetSize: 1000, level: 0.95, device: 'cpu' };
  const start = performance.now();
  await kid.compute({ ...input, settings });
  return { count: COUNT, width: WIDTH, seconds: (performance.now() - start) / 1000 };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { count, width, seconds } = await benchKid();
  console.log(`KID of two sets of ${count} rows ${width} wide: ${seconds.toFixed(2)} s`);
}
