// Peak resident memory of a score of many pictures, each in a process of its own: an array of 8×8 pictures on disk, a network of one
// layer, Inception Score, FID and KID against 10,000 others.
// node test/bench/million.js [numbers of pictures]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { GraphBuilder } from '../../dist/onnx/graph.js';
import { float32 } from '../../dist/onnx/tensor.js';

const COUNTS = [100_000, 1_000_000];
const REFERENCE = 10_000;
const SIDE = 8;
const FEATURES = 64;
const CLASSES = 10;
const BLOCK = 10_000;

/** A network of one layer with random weights, and its card. */
async function writeNetwork(folder) {
  const stream = new NumpyRandom(0);
  const weights = (rows, columns, size) =>
    float32(
      Float32Array.from({ length: rows * columns }, () => (stream.randomSample() - 0.5) * size),
      [rows, columns],
    );
  const graph = new GraphBuilder('one-layer', { opset: 18 });
  const image = graph.input('image', 'float32', ['n', 3, SIDE, SIDE]);
  const flat = graph.node('Flatten', [image], { axis: 1 });
  const layer = graph.constant(weights(3 * SIDE * SIDE, FEATURES, 0.2));
  const features = graph.node('Relu', [graph.node('MatMul', [flat, layer])]);
  graph.output('features', features, 'float32', ['n', FEATURES]);
  const head = graph.constant(weights(FEATURES, CLASSES, 4));
  graph.output('logits', graph.node('MatMul', [features, head]), 'float32', ['n', CLASSES]);
  const bytes = graph.toBytes();
  const card = {
    name: 'one-layer',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    input: {
      name: 'image',
      layout: 'NCHW',
      size: SIDE,
      resize: 'bilinear',
      normalize: { scale: 1 / 128, offset: -1 },
    },
    outputs: { features: { name: 'features', width: FEATURES }, logits: { name: 'logits', width: CLASSES } },
  };
  const path = join(folder, 'one-layer.onnx');
  await writeFile(path, bytes);
  await writeFile(path.replace('.onnx', '.json'), JSON.stringify(card));
  return path;
}

/** A `.npy` of different pictures. */
async function writePictures(path, count, seed) {
  const file = createWriteStream(path);
  const head = `{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, ${SIDE}, ${SIDE}, 3), }`;
  const padded = `${head.padEnd(117)}\n`;
  file.write(Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([padded.length, 0])]));
  file.write(padded);
  const stream = new NumpyRandom(seed);
  const size = SIDE * SIDE * 3;
  for (let done = 0; done < count; done += BLOCK) {
    const rows = Math.min(BLOCK, count - done);
    const words = Uint32Array.from({ length: (rows * size) / 4 }, () => stream.uint32());
    if (!file.write(Buffer.from(words.buffer))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

/** Peak resident memory in MiB and seconds of a whole score, measured by the process itself. */
function measure(samples, reference, model, folder) {
  const input = { samples, metrics: ['is', 'fid', 'kid'], reference, model, batchSize: 256, cache: false };
  const script = `
    import { score } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    const start = performance.now();
    const { metrics } = await score(${JSON.stringify(input)});
    const failed = metrics.find(({ status }) => status !== 'ok');
    if (failed) throw new Error(failed.reason);
    console.log(process.resourceUsage().maxRSS / 1024, (performance.now() - start) / 1000);
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: folder },
  });
  const [mebibytes, seconds] = output.trim().split(' ').map(Number);
  return { mebibytes, seconds };
}

export async function benchMillion(counts = COUNTS, onCount = () => {}) {
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
  try {
    const model = await writeNetwork(folder);
    const reference = join(folder, 'reference.npy');
    await writePictures(reference, REFERENCE, 1);
    for (const count of counts) {
      const samples = join(folder, 'samples.npy');
      await writePictures(samples, count, 2);
      onCount({ count, ...measure(samples, reference, model, folder) });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const counts = process.argv.slice(2).map(Number);
  await benchMillion(counts.length > 0 ? counts : undefined, ({ count, mebibytes, seconds }) =>
    console.log(
      `${count} pictures: ${Math.round(mebibytes)} MiB at most, ${Math.round(seconds)} s (${Math.round(count / seconds)} a second)`,
    ),
  );
}
