import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { computeNeighborhoods } from '../../dist/metrics/neighbors/neighborhoods.js';

const COUNT = Number(process.env.GANEVAL_BENCH_ROWS ?? 10_000);
const WIDTH = 2048;
/** The plain version holds several matrices of all pairs. */
const MAX_FOR_NUMPY = 20_000;

/** Rows in a file, as a score reads them from its cache. */
async function drawRows(path, seed) {
  const stream = new NumpyRandom(seed);
  const file = createWriteStream(path);
  for (let row = 0; row < COUNT; row++) {
    const values = Float32Array.from({ length: WIDTH }, () => stream.randomSample());
    if (!file.write(Buffer.from(values.buffer))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  const handle = await open(path);
  const read = async (start, end) => {
    const values = new Float32Array((end - start) * WIDTH);
    await handle.read(new Uint8Array(values.buffer), 0, values.byteLength, start * WIDTH * 4);
    return values;
  };
  return { count: COUNT, width: WIDTH, read, close: () => handle.close() };
}

/** Precision and recall by their definitions in a few lines of NumPy, with whole matrices, in the type that is asked for. */
const NUMPY = `
import resource, sys, time
import numpy as np
n, d, dtype = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
x, y = (np.random.NumpyRandom(seed).random_sample((n, d)).astype(dtype) for seed in (1, 2))
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
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
  try {
    const samples = await drawRows(join(folder, 'samples'), 1);
    const reference = await drawRows(join(folder, 'reference'), 2);
    const start = performance.now();
    const found = await computeNeighborhoods(samples, reference, 2020, { device: 'cpu' });
    const seconds = (performance.now() - start) / 1000;
    const megabytes = process.resourceUsage().maxRSS / 1024;
    await Promise.all([samples.close(), reference.close()]);
    return { seconds, megabytes, precision: found.precision.value, recall: found.recall.value };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const ours = await benchPrecision();
  const show = ({ seconds, megabytes, precision, recall }) =>
    `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB, precision ${precision}, recall ${recall}`;
  console.log(`two sets of ${COUNT} rows ${WIDTH} wide: ${show(ours)}`);
  for (const type of COUNT > MAX_FOR_NUMPY ? [] : ['float32', 'float64']) {
    const numpy = timeNumpy(type);
    if (!numpy) console.log('no python3 with NumPy to compare with');
    else console.log(`NumPy in ${type}: ${show(numpy)}; ratio ${(numpy.seconds / ours.seconds).toFixed(2)}`);
    if (!numpy) break;
  }
}
