// Inception v3 with weights by a formula: what batch size, threads and sessions make of it, what a saved optimized graph
// saves, and folder to result against the bare session. Name sections to run only those.
//
// On 2 cores of a shared AMD EPYC server that did nothing else, Node 20.20, ONNX Runtime 1.30, pictures a second (best of 3 rounds;
// processor time a picture in brackets):
//
//   batch                            1          4          8          16         32         64
//   1 thread                         9.4 (107)  9.6 (104)  9.5 (105)  9.5 (105)  9.5 (105)
//   2 threads                        16.9 (112) 18.8 (105) 18.2 (109) 17.6 (110) 18.8 (105)
//   peak memory, MiB                 412                   557                   1203       2092
//
//   2 sessions of 1 thread, batch 8  18.6, against 18.5 of one session of 2 threads (median of pairs 1.01)
//   optimized graph saved            starts in 31 ms instead of 67, runs at 18.2 instead of 18.3
//   400 PNGs to the result           0.92 of the bare session, of which opening network and session (0.76 s) is 0.035
//   1200 PNGs to the result          0.95 of it (17.1 against 18.1)
//
// So 8 pictures at once: more are no faster and take 25 MiB each. A second session gains nothing, nor does a saved graph, which
// would take 95 MB of disk and hold for one kind of processor. Preprocessing in the graph costs nothing that can be measured.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import ts from 'typescript';
import { encodePng } from '../../dist/images/write-png.js';
import { score } from '../../dist/index.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { buildInceptionV3 } from '../../dist/networks/architectures/inception-v3/build.js';
import { openSession } from '../../dist/onnx/session.js';
import { median } from './pictures.js';

const SELF = fileURLToPath(import.meta.url);
const SIDE = 299;
const OUTPUTS = ['features', 'logits'];
const BATCHES = [1, 4, 8, 16, 32];
const ROUNDS = 3;
/** Pictures that each measurement of a session takes. */
const PICTURES = 32;
const FOLDER_PICTURES = 400;

/** Writes the network and its card; gives its path. */
async function writeNetwork(folder) {
  const source = await readFile(new URL('../networks/formula-weights.ts', import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
  const { formulaWeights } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  const path = join(folder, 'inception-v3.onnx');
  await writeFile(path, buildInceptionV3(formulaWeights('fid'), { variant: 'fid' }));
  const card = {
    name: 'inception-v3',
    input: {
      name: 'image',
      layout: 'NCHW',
      size: SIDE,
      resize: 'tf1-bilinear',
      normalize: { scale: 1 / 128, offset: -1 },
    },
    outputs: { features: { name: 'features', width: 2048 }, logits: { name: 'logits', width: 1008 } },
  };
  await writeFile(join(folder, 'inception-v3.json'), JSON.stringify(card));
  return path;
}

function feedsOf(count) {
  const data = Float32Array.from({ length: count * 3 * SIDE * SIDE }, (_, i) => Math.sin(i));
  return { image: { type: 'float32', shape: [count, 3, SIDE, SIDE], data } };
}

/** Pictures a second, and milliseconds of processor time a picture. */
async function timed(pictures, work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { rate: pictures / seconds, cpuMs: (user + system) / 1000 / pictures };
}

async function timeBatches(session, batch, pictures = PICTURES) {
  const feeds = feedsOf(batch);
  await session.run(feeds, OUTPUTS);
  return timed(pictures, async () => {
    for (let done = 0; done < pictures; done += batch) await session.run(feeds, OUTPUTS);
  });
}

/** The best of some rounds says most on a machine that others use too. */
function best(rounds) {
  const rate = Math.max(...rounds.map((round) => round.rate));
  const cpuMs = Math.min(...rounds.map((round) => round.cpuMs));
  return `${rate.toFixed(1)} pictures/s, ${cpuMs.toFixed(0)} ms of processor a picture`;
}

async function measureSessions(path) {
  const sessions = new Map();
  for (const threads of [1, 2]) sessions.set(threads, await openSession(path, { device: 'cpu', threads }));
  const rounds = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [threads, session] of sessions) {
      for (const batch of BATCHES) {
        const name = `${threads} thread${threads > 1 ? 's' : ''}, batch ${batch}`;
        rounds.set(name, [...(rounds.get(name) ?? []), await timeBatches(session, batch)]);
      }
    }
  }
  for (const session of sessions.values()) await session.close();
  return Object.fromEntries([...rounds].map(([name, each]) => [name, best(each)]));
}

/** Peak resident memory of one session that runs batches of this size, in a process of its own. */
function measureMemory(path) {
  const peak = (batch) =>
    `${Number(execFileSync(process.execPath, [SELF, 'peak', path, String(batch)])).toFixed(0)} MiB`;
  return Object.fromEntries([1, 8, 32, 64].map((batch) => [`peak memory, batch ${batch}`, peak(batch)]));
}

/** Two worker threads with a session of one thread each, against one session of two threads. */
async function measureTwoSessions(path) {
  const rounds = { one: [], two: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const session = await openSession(path, { device: 'cpu', threads: 2 });
    rounds.one.push(await timeBatches(session, 8, 2 * PICTURES));
    await session.close();
    const workers = [0, 1].map(() => new Worker(SELF, { workerData: { path } }));
    const next = (worker) => new Promise((done) => worker.once('message', done));
    await Promise.all(workers.map(next));
    const run = async () => {
      const finished = Promise.all(workers.map(next));
      for (const worker of workers) worker.postMessage('run');
      await finished;
    };
    rounds.two.push(await timed(2 * PICTURES, run));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return {
    'one session of 2 threads, batch 8': best(rounds.one),
    '2 sessions of 1 thread, batch 8': best(rounds.two),
    'of it, median of pairs': median(rounds.two.map(({ rate }, i) => rate / rounds.one[i].rate)).toFixed(2),
  };
}

async function workAsOneOfTwo({ path }) {
  const session = await openSession(path, { device: 'cpu', threads: 1 });
  const feeds = feedsOf(8);
  await session.run(feeds, OUTPUTS);
  parentPort.on('message', async () => {
    for (let done = 0; done < PICTURES; done += 8) await session.run(feeds, OUTPUTS);
    parentPort.postMessage('done');
  });
  parentPort.postMessage('ready');
}

/** Start of a session from the network's file, and from the graph that the runtime optimized and saved. */
async function measureStart(path) {
  env.logLevel = 'fatal';
  const saved = `${path}.optimized.onnx`;
  const options = { executionProviders: ['cpu'], logSeverityLevel: 4, intraOpNumThreads: 2 };
  const feeds = { image: new Tensor('float32', feedsOf(8).image.data, [8, 3, SIDE, SIDE]) };
  await (await InferenceSession.create(path, { ...options, optimizedModelFilePath: saved })).release();
  const ways = {
    'as built': () => InferenceSession.create(path, options),
    optimized: () => InferenceSession.create(saved, { ...options, graphOptimizationLevel: 'disabled' }),
  };
  const starts = { 'as built': [], optimized: [] };
  const rates = { 'as built': [], optimized: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, create] of Object.entries(ways)) {
      const start = performance.now();
      const session = await create();
      starts[name].push(performance.now() - start);
      await session.run(feeds);
      rates[name].push(
        await timed(16, async () => {
          await session.run(feeds);
          await session.run(feeds);
        }),
      );
      await session.release();
    }
  }
  return Object.fromEntries(
    Object.keys(ways).map((name) => [
      name,
      `starts in ${Math.min(...starts[name]).toFixed(0)} ms, ${best(rates[name])}`,
    ]),
  );
}

/** Folder of 128×128 PNGs to Inception Score, without the cache, against float32 batches that stand ready. */
async function measureScore(path, folder) {
  const pictures = join(folder, 'pictures');
  await mkdir(pictures);
  const stream = new NumpyRandom(0);
  for (let i = 0; i < FOLDER_PICTURES; i++) {
    const coarse = Uint8Array.from({ length: 16 * 16 * 3 }, () => stream.interval(247));
    const pixels = Uint8Array.from({ length: 128 * 128 * 3 }, (_, k) => {
      const [row, column] = [Math.floor(k / 384), Math.floor(k / 3) % 128];
      return coarse[((row >> 3) * 16 + (column >> 3)) * 3 + (k % 3)] + stream.interval(7);
    });
    const png = await encodePng({ width: 128, height: 128, channels: 3, pixels });
    await writeFile(join(pictures, `${String(i).padStart(3, '0')}.png`), png);
  }
  const session = await openSession(path, { device: 'cpu' });
  const rounds = { bare: [], score: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rounds.bare.push(await timeBatches(session, 8, FOLDER_PICTURES / 2));
    const input = { samples: pictures, metrics: ['is'], model: path, cache: false };
    rounds.score.push(await timed(FOLDER_PICTURES, () => score(input)));
    rounds.bare.push(await timeBatches(session, 8, FOLDER_PICTURES / 2));
  }
  await session.close();
  // The bare session is timed before and after, because others use the machine too.
  const ratio = ({ rate }, i) => (rate * (1 / rounds.bare[2 * i].rate + 1 / rounds.bare[2 * i + 1].rate)) / 2;
  const cpu = rounds.score.map(
    ({ cpuMs }, i) => (rounds.bare[2 * i].cpuMs + rounds.bare[2 * i + 1].cpuMs) / 2 / cpuMs,
  );
  return {
    'bare session, batch 8': best(rounds.bare),
    'folder to result': best(rounds.score),
    'folder to result / bare session (median of pairs)': median(rounds.score.map(ratio)).toFixed(2),
    'processor time of the bare session / of folder to result': median(cpu).toFixed(2),
  };
}

const SECTIONS = {
  sessions: measureSessions,
  memory: measureMemory,
  two: measureTwoSessions,
  start: measureStart,
  score: measureScore,
};

async function benchInception(asked) {
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
  try {
    const path = await writeNetwork(folder);
    for (const [name, measure] of Object.entries(SECTIONS)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      for (const [what, value] of Object.entries(await measure(path, folder)))
        console.log(`${what}: ${value}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [command, ...rest] = process.argv.slice(2);
if (!isMainThread) await workAsOneOfTwo(workerData);
else if (command === 'peak') {
  const session = await openSession(rest[0], { device: 'cpu' });
  await timeBatches(session, Number(rest[1]), Number(rest[1]));
  console.log(process.resourceUsage().maxRSS / 1024);
} else if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchInception(process.argv.slice(2));
}
