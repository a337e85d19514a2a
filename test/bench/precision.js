import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { RandomState } from '../../dist/maths/random-state.js';
import { computeNeighbourhoods } from '../../dist/metrics/neighbourhoods.js';

const COUNT = Number(process.env.GANEVAL_BENCH_ROWS ?? 10_000);
const WIDTH = 2048;

function drawRows(seed) {
  const stream = new RandomState(seed);
  const values = Float32Array.from({ length: COUNT * WIDTH }, () => stream.randomSample());
  return { count: COUNT, width: WIDTH, read: async (start, end) => values.slice(start * WIDTH, end * WIDTH) };
}

/** Precision and recall by their definitions in a few lines of NumPy, with whole matrices, in the type that is asked for. */
const NUMPY = `
import resource, sys, time
import numpy as np
n, d, dtype = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
x, y = (np.random.RandomState(seed).random_sample((n, d)).astype(dtype) for seed in (1, 2))
start = time.time()
def squared(a, b):
    return (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
def radii(a):
    return np.partition(squared(a, a), 3, axis=1)[:, 3]
rx, ry, across = radii(x), radii(y), squared(x, y)
precision = (across <= ry[None]).any(1).mean()
recall = (across <= rx[:, None]).any(0).mean()
print(time.time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, precision, recall)
`;

/** The same numbers by NumPy: `{ seconds, megabytes, precision, recall }`; undefined where python3 or NumPy is missing. */
function timeNumpy(type) {
  const { status, stdout } = spawnSync('python3', ['-c', NUMPY, COUNT, WIDTH, type].map(String), {
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  const [seconds, megabytes, precision, recall] = stdout.trim().split(' ').map(Number);
  return { seconds, megabytes, precision, recall };
}

/** Seconds and peak memory for precision, recall, density, coverage and the nearest rows together. */
export async function benchPrecision() {
  const [samples, reference] = [drawRows(1), drawRows(2)];
  const start = performance.now();
  const found = await computeNeighbourhoods(samples, reference, 2020, { device: 'cpu' });
  const seconds = (performance.now() - start) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  return { seconds, megabytes, precision: found.precision.value, recall: found.recall.value };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const ours = await benchPrecision();
  const show = ({ seconds, megabytes, precision, recall }) =>
    `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB, precision ${precision}, recall ${recall}`;
  console.log(`two sets of ${COUNT} rows ${WIDTH} wide: ${show(ours)}`);
  for (const type of ['float32', 'float64']) {
    const numpy = timeNumpy(type);
    if (!numpy) console.log('no python3 with NumPy to compare with');
    else console.log(`NumPy in ${type}: ${show(numpy)}; ratio ${(numpy.seconds / ours.seconds).toFixed(2)}`);
    if (!numpy) break;
  }
}
