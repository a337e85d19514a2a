// What a second network costs in the same score: folder of PNGs to the Inception Score on two networks, without the cache, against the bare
// inference of both and one decoding of the pictures, and against two scores after one another. Rounds alternate.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openImages } from '../../dist/images/open.js';
import { encodePng } from '../../dist/images/write-png.js';
import { score } from '../../dist/index.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { openExtractor } from '../../dist/networks/extractor.js';
import { openNetwork } from '../../dist/networks/network.js';
import { median } from './pictures.js';

const NETWORKS = ['inception-cifar10', 'inception-mnist'];
const PICTURES = 1200;
const SIDE = 128;
const BATCH = 64;
const ROUNDS = 5;

async function writePictures(folder) {
  await mkdir(folder);
  const stream = new NumpyRandom(0);
  for (let i = 0; i < PICTURES; i++) {
    const coarse = Uint8Array.from({ length: 16 * 16 * 3 }, () => stream.interval(247));
    const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, k) => {
      const [row, column] = [Math.floor(k / (SIDE * 3)), Math.floor(k / 3) % SIDE];
      return coarse[((row >> 3) * 16 + (column >> 3)) * 3 + (k % 3)] + stream.interval(7);
    });
    const png = await encodePng({ width: SIDE, height: SIDE, channels: 3, pixels });
    await writeFile(join(folder, `${String(i).padStart(4, '0')}.png`), png);
  }
}

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function decode(folder) {
  const source = await openImages(folder);
  const inspections = await source.inspect();
  const indices = source.entries.keys();
  const time = await seconds(async () => {
    for await (const picture of source.pictures(indices, { inspections }))
      if (!picture.ok) throw new Error('bad');
  });
  await source.close();
  return time;
}

async function infer(extractor) {
  const pixels = new Uint8Array(BATCH * SIDE * SIDE * 3).map((_, i) => i % 251);
  const batch = { pixels, count: BATCH, width: SIDE, height: SIDE };
  await extractor.run(batch);
  return (
    (await seconds(async () => {
      for (let done = 0; done < PICTURES; done += BATCH) await extractor.run(batch);
    })) *
    (PICTURES / (Math.ceil(PICTURES / BATCH) * BATCH))
  );
}

const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
try {
  const samples = join(folder, 'pictures');
  await writePictures(samples);
  const extractors = [];
  for (const name of NETWORKS)
    extractors.push(await openExtractor(await openNetwork(name), { device: 'cpu', downsample: 'decimate' }));
  const run = (model) =>
    seconds(() => score({ samples, metrics: ['is'], model, device: 'cpu', cache: false }));
  await run(NETWORKS);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      first: await run(NETWORKS[0]),
      both: await run(NETWORKS),
      second: await run(NETWORKS[1]),
      inference: [await infer(extractors[0]), await infer(extractors[1])],
      decoding: await decode(samples),
    });
  }
  const of = (pick) => median(rounds.map(pick));
  const show = (name, pick, unit = ' s') => console.log(`${name}: ${of(pick).toFixed(2)}${unit}`);
  show('both networks in one score', ({ both }) => both);
  show('the first alone', ({ first }) => first);
  show('the second alone', ({ second }) => second);
  show('bare inference of the first', ({ inference }) => inference[0]);
  show('bare inference of the second', ({ inference }) => inference[1]);
  show('one decoding', ({ decoding }) => decoding);
  const bare = ({ inference: [a, b], decoding }) => a + b + decoding;
  show('both / (bare inference of both + one decoding)', (each) => each.both / bare(each), '');
  show(
    'both / (first alone + bare inference of the second)',
    ({ both, first, inference }) => both / (first + inference[1]),
    '',
  );
  show('both / (first alone + second alone)', ({ both, first, second }) => both / (first + second), '');
  for (const extractor of extractors) await extractor.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
