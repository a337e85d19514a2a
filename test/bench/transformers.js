// Features of vision transformers from a folder of 256² PNGs to their statistics, beside the bare session and PyTorch on the same folder.
//
//     npm run bench transformers -- [--peer] [--count N] [NETWORK...]
//
// --peer   also timm's network in PyTorch, eager and compiled, as torch-fidelity feeds it, in the Python of GANEVAL_BENCH_PYTHON (python3)
// --count  pictures in the folder
//
// Rounds alternate, and each ratio is the median of its rounds. No weight changes the time, so any will do.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodePng } from '../../dist/images/write-png.js';
import { writeStatistics } from '../../dist/index.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { loadArchitecture } from '../../dist/networks/architectures/index.js';
import { clipSpec } from '../../dist/networks/architectures/vision-transformer/clip.js';
import { dinov2Spec } from '../../dist/networks/architectures/vision-transformer/dinov2.js';
import { expectedTensors } from '../../dist/networks/architectures/vision-transformer/expected-tensors.js';
import { openSession } from '../../dist/onnx/session.js';
import { median } from './pictures.js';

const SIDE = 256;
const SPECS = {
  'dinov2-vit-s-14': dinov2Spec('s'),
  'dinov2-vit-b-14': dinov2Spec('b'),
  'clip-vit-b-32': clipSpec('b-32'),
};
const COUNTS = { 'dinov2-vit-s-14': 256, 'dinov2-vit-b-14': 96, 'clip-vit-b-32': 256 };
const ROUNDS = 3;
/** Pictures a run of the bare session; more are slower. */
const BATCH = 4;

/** PNGs of blocks with noise, which pack as photographs do. */
async function writeFolder(folder, count) {
  await mkdir(folder);
  const stream = new NumpyRandom(0);
  for (let i = 0; i < count; i++) {
    const coarse = Uint8Array.from({ length: 32 * 32 * 3 }, () => stream.interval(247));
    const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, k) => {
      const [row, column] = [Math.floor(k / (3 * SIDE)), Math.floor(k / 3) % SIDE];
      return coarse[((row >> 3) * 32 + (column >> 3)) * 3 + (k % 3)] + stream.interval(7);
    });
    const png = await encodePng({ width: SIDE, height: SIDE, channels: 3, pixels });
    await writeFile(join(folder, `${String(i).padStart(4, '0')}.png`), png);
  }
}

/** Any weights do for the time that a network takes; these keep its numbers near 1. */
function anyNumbers(shape) {
  const count = shape.reduce((product, side) => product * side, 1);
  const scale = shape.length < 2 ? 0.1 : Math.sqrt(3 / (count / shape[0]));
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2147483648 - 1) * scale;
  });
}

async function writeNetwork(folder, name) {
  const architecture = await loadArchitecture(name);
  const shapes = expectedTensors(SPECS[name]);
  const take = (tensor) => ({ shape: shapes.get(tensor), data: anyNumbers(shapes.get(tensor)) });
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, architecture.build(take, name).toBytes());
  const card = { name, ...(await architecture.describe()) };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(card));
  return { path, size: card.input.size };
}

async function timeSession(session, size, count) {
  const shape = [BATCH, 3, size, size];
  const data = Float32Array.from({ length: BATCH * 3 * size * size }, (_, i) => Math.sin(i));
  const feeds = { image: { type: 'float32', shape, data } };
  await session.run(feeds);
  const start = performance.now();
  for (let done = 0; done < count; done += BATCH) await session.run(feeds);
  return (count * 1000) / (performance.now() - start);
}

/** From the folder to the mean and covariance of its features. */
async function timeFolder(model, images, count) {
  const start = performance.now();
  await writeStatistics({ images, out: `${images}.npz`, model, cache: false });
  return (count * 1000) / (performance.now() - start);
}

/** A Python that answers each line of its input with pictures a second, once its networks are compiled and warm. */
async function startPeer(python, name, folder) {
  const script = fileURLToPath(new URL('./transformers-peer.py', import.meta.url));
  const child = spawn(python, [script, name, folder, String(availableParallelism())], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ended: it needs torch, torch-fidelity and timm`);
    return value;
  };
  await answer();
  return {
    async time(way) {
      child.stdin.write(`${way}\n`);
      return Number(await answer());
    },
    close: () => child.stdin.end(),
  };
}

const { values, positionals } = parseArgs({
  options: { peer: { type: 'boolean' }, count: { type: 'string' } },
  allowPositionals: true,
});
const python = process.env.GANEVAL_BENCH_PYTHON ?? 'python3';
const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
try {
  for (const name of Object.keys(SPECS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    await benchNetwork(name, Number(values.count ?? COUNTS[name]));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function benchNetwork(name, count) {
  const pictures = join(folder, name.replaceAll('-', '_'));
  await writeFolder(pictures, count);
  const { path, size } = await writeNetwork(folder, name);
  const session = await openSession(path, { device: 'cpu' });
  const peer = values.peer ? await startPeer(python, name, pictures) : undefined;
  const ways = {
    'folder to features': () => timeFolder(path, pictures, count),
    'bare session': () => timeSession(session, size, count),
    ...(peer && {
      'PyTorch, eager': () => peer.time('eager'),
      'PyTorch, compiled': () => peer.time('compiled'),
    }),
  };
  const rates = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [way, time] of Object.entries(ways)) rates[way].push(await time());
  }
  await session.close();
  peer?.close();
  const ours = rates['folder to features'];
  for (const [way, each] of Object.entries(rates)) {
    const ratio = median(each.map((rate, i) => ours[i] / rate));
    console.log(
      `${name}, ${way}: ${median(each).toFixed(2)} pictures/s; folder to features / it: ${ratio.toFixed(2)}`,
    );
  }
  if (!peer) return;
  const best = ours.map(
    (rate, i) => rate / Math.max(rates['PyTorch, eager'][i], rates['PyTorch, compiled'][i]),
  );
  console.log(`${name}, folder to features / the faster of PyTorch: ${median(best).toFixed(2)}`);
}
