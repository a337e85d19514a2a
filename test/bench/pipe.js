import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openImages } from '../../dist/images/open.js';
import { encodePng } from '../../dist/images/write-png.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { GraphBuilder } from '../../dist/onnx/graph.js';

// The way from files to a network that takes next to no time, a stand-in for a fast device: 32×32 PNGs through a session of one layer.
// npm run bench pipe -- --base DIST compares with the dist folder of another build, in turns, in one run. Beside it, decoding alone with
// the same threads: what the pipe could reach here at the most.
const COUNT = 20_000;
const SIDE = 32;
const ROUNDS = 3;

/** `{ wallSeconds: { new: …, base: … }, cpuSeconds: …, ratio: …, decodeAlone: pictures/s }`. */
export async function benchPipe(argv = process.argv.slice(2)) {
  const { values } = parseArgs({
    args: argv,
    options: { base: { type: 'string' }, pictures: { type: 'string' }, model: { type: 'string' } },
  });
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
  try {
    const pictures = values.pictures ?? (await writePictures(join(folder, 'pictures')));
    const network = join(folder, 'one.onnx');
    await writeFile(network, oneLayer());
    const model = values.model
      ? ['--model', values.model]
      : ['--model', network, '--input-size', '32', '--normalize', '[0,1]', '--features-output', 'y'];
    const builds = { new: fileURLToPath(new URL('../../dist', import.meta.url)) };
    if (values.base) builds.base = resolve(values.base);
    const times = {};
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, dist] of Object.entries(builds)) {
        for (const kind of ['cold', 'warm']) {
          const best = times[`${name} ${kind}`];
          const now = measure({ dist, pictures, model, folder, kind });
          times[`${name} ${kind}`] = best ? earlier(best, now) : now;
        }
      }
    }
    return {
      count: await countOf(pictures),
      times,
      ratios: ratiosOf(times),
      decodeAlone: await decodeAlone(pictures),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One run of `ganeval stats` in a process of its own; `warm` finds all rows in the cache of the run before. */
function measure({ dist, pictures, model, folder, kind }) {
  const cache = join(folder, `cache-${dist.replaceAll(/\W/g, '-')}`);
  const fresh =
    kind === 'cold'
      ? [
          `await (await import('node:fs/promises')).rm(${JSON.stringify(cache)}, { recursive: true, force: true });`,
        ]
      : [];
  const args = ['stats', pictures, ...model, '-o', join(folder, 'out.npz'), '--cache-dir', cache, '--quiet'];
  const script = [
    ...fresh,
    `process.argv.splice(1, Infinity, 'ganeval', ...${JSON.stringify(args)});`,
    `process.on('exit', () => { const { user, system } = process.cpuUsage(); console.error('took', performance.now(), (user + system) / 1e3); });`,
    `await import(${JSON.stringify(pathToFileURL(join(dist, '..', 'bin', 'ganeval.js')).href)});`,
  ].join('\n');
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  const [, wallMs, cpuMs] = /took ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  if (status !== 0 || wallMs === undefined) throw new Error(`ganeval stats failed: ${stderr}`);
  return { wallMs: Math.round(wallMs), cpuMs: Math.round(cpuMs) };
}

const earlier = (a, b) => ({ wallMs: Math.min(a.wallMs, b.wallMs), cpuMs: Math.min(a.cpuMs, b.cpuMs) });

/** How many times as fast as the base the new build is. */
function ratiosOf(times) {
  if (!times['base cold']) return undefined;
  const ratio = (kind, key) => Number((times[`base ${kind}`][key] / times[`new ${kind}`][key]).toFixed(2));
  return Object.fromEntries(
    ['cold', 'warm'].map((kind) => [kind, { wall: ratio(kind, 'wallMs'), processor: ratio(kind, 'cpuMs') }]),
  );
}

/** Pictures a second that are read, compared with their digests and decoded, with nothing behind. */
async function decodeAlone(pictures) {
  const source = await openImages(pictures);
  await source.inspect();
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let count = 0;
    for await (const run of source.runs(source.entries.keys())) count += run.length;
    best = Math.max(best, (1000 * count) / (performance.now() - start));
  }
  await source.close();
  return Math.round(best);
}

const countOf = async (pictures) => (await readdir(pictures)).length;

/** Pictures that pack about as well as photographs: a slope with noise. */
async function writePictures(folder) {
  await mkdir(folder);
  const random = new NumpyRandom(7);
  for (let i = 0; i < COUNT; i++) {
    const slope = Array.from({ length: 6 }, () => random.randomSample());
    const noise = Array.from({ length: SIDE * SIDE * 3 }, () => random.randomSample());
    const pixels = noise.map((value, at) => {
      const [x, y, c] = [((at / 3) | 0) % SIDE, (at / (3 * SIDE)) | 0, at % 3];
      return 255 * (0.4 * slope[c] + (0.2 * slope[3 + c] * (x + y)) / SIDE) + 24 * value;
    });
    await writeFile(
      join(folder, `${i}.png`),
      await encodePng({ width: SIDE, height: SIDE, channels: 3, pixels: Uint8Array.from(pixels) }),
    );
  }
  return folder;
}

/** The mean of each channel: one node. */
function oneLayer() {
  const graph = new GraphBuilder('one-layer', { opset: 18 });
  const x = graph.input('x', 'float32', ['n', 3, SIDE, SIDE]);
  graph.output('y', graph.node('ReduceMean', [x, graph.integers([2, 3])], { keepdims: 0 }), 'float32', [
    'n',
    3,
  ]);
  return graph.toBytes();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await benchPipe(), undefined, 2));
}
