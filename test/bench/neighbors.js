// Precision, recall, density and coverage of two sets with their errors and the nearest rows, beside other programs on the same rows. Each
// is measured in a process of its own, one after the other, so that peak memory is its own; what is repeated takes turns.
//
//     npm run bench neighbors -- [--peer] [--base DIST] [--repeat N]
//
// --peer      also torch-fidelity and prdc, in the Python of GANEVAL_BENCH_PYTHON (python3)
// --base DIST also another build of ganeval, by its folder dist
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';

const COUNT = Number(process.env.GANEVAL_BENCH_ROWS ?? 10_000);
const WIDTH = 2048;
const OWN = fileURLToPath(new URL('../../dist', import.meta.url));

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
}

async function openRows(path) {
  const handle = await open(path);
  const read = async (start, end) => {
    const values = new Float32Array((end - start) * WIDTH);
    await handle.read(new Uint8Array(values.buffer), 0, values.byteLength, start * WIDTH * 4);
    return values;
  };
  return { count: COUNT, width: WIDTH, read };
}

/** In the process that is measured: a line of JSON. */
async function measureBuild(dist, folder) {
  const { computeNeighborhoods } = await import(
    pathToFileURL(join(dist, 'metrics/neighbors/neighborhoods.js')).href
  );
  const samples = await openRows(join(folder, 'samples'));
  const reference = await openRows(join(folder, 'reference'));
  const start = performance.now();
  const found = await computeNeighborhoods(samples, reference, 2020, { device: 'cpu' });
  const seconds = (performance.now() - start) / 1000;
  const values = ['precision', 'recall', 'density', 'coverage'].map((id) => [id, found[id].value]);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ seconds, megabytes, values: Object.fromEntries(values) }));
  process.exit();
}

const PEERS = `
import contextlib, json, os, resource, sys, time
import numpy as np
peer, folder, n, d = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
x, y = (np.fromfile(os.path.join(folder, name), "float32").reshape(n, d) for name in ("samples", "reference"))
if peer == "torch-fidelity":
    import torch
    from torch_fidelity.metric_prc import calculate_precision_recall_full
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    start = time.time()
    precision, recall = calculate_precision_recall_full(x, y, 3)
    values = dict(precision=precision, recall=recall)
else:
    from prdc import compute_prdc
    start = time.time()
    with contextlib.redirect_stdout(sys.stderr):
        values = compute_prdc(y, x, 5)
seconds = time.time() - start
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(dict(seconds=seconds, megabytes=megabytes, values={k: float(v) for k, v in values.items()})))
`;

function runMeasured(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args.map(String), { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  console.log(`  could not run: ${String(stderr).trim().split('\n').at(-1)}`);
  return undefined;
}

function listContestants(folder, { base, peer }) {
  const build = (dist) => () =>
    runMeasured(process.execPath, [fileURLToPath(import.meta.url), '--measure', dist, '--folder', folder]);
  const python = process.env.GANEVAL_BENCH_PYTHON ?? 'python3';
  const run = (name) => () => runMeasured(python, ['-c', PEERS, name, folder, COUNT, WIDTH]);
  return [
    ['ganeval', build(OWN)],
    ...(base ? [['the other build', build(resolve(base))]] : []),
    ...(peer ? ['torch-fidelity', 'prdc'].map((name) => [name, run(name)]) : []),
  ];
}

function show({ seconds, megabytes, values }) {
  const numbers = Object.entries(values).map(([id, value]) => `${id} ${Number(value.toPrecision(7))}`);
  return `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB; ${numbers.join(', ')}`;
}

async function compareAll({ repeat, ...options }) {
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
  try {
    await drawRows(join(folder, 'samples'), 1);
    await drawRows(join(folder, 'reference'), 2);
    console.log(`two sets of ${COUNT} rows ${WIDTH} wide`);
    const contestants = listContestants(folder, options);
    const best = new Map();
    for (let round = 0; round < Number(repeat); round++) {
      for (const [name, run] of contestants) {
        const found = run();
        if (!found) continue;
        console.log(`  ${name}: ${show(found)}`);
        best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, found.seconds));
      }
    }
    const own = best.get('ganeval');
    for (const [name, seconds] of best) {
      if (name !== 'ganeval')
        console.log(`${name} takes ${(seconds / own).toFixed(2)} times as long (best of ${repeat})`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const { values: options } = parseArgs({
  options: {
    peer: { type: 'boolean' },
    base: { type: 'string' },
    repeat: { type: 'string', default: '1' },
    measure: { type: 'string' },
    folder: { type: 'string' },
  },
});
if (options.measure) await measureBuild(options.measure, options.folder);
else await compareAll(options);
