// What a watch costs. First: the time to score 500 pictures of 32×32 with the Inception Score, FID, MS-SSIM within classes, precision and
// recall, against the bare runs of its sessions on them, set by set in turns. Then: the steps of a training that uses all processors and
// pauses between, as one does that loads data or writes what it made, with and without a watch that gives way, in turns: the time of the
// pauses, which are equally long, is taken off.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openImages } from '../../dist/index.js';
import { openExtractor } from '../../dist/networks/extractor.js';
import { openNetwork } from '../../dist/networks/network.js';
import { watchFolder } from '../../dist/watch/watch-folder.js';
import { median, writePictures } from './pictures.js';

const SETS = 9;
/** First sets that don't count: threads start, and what is computed again and again is compiled. */
const WARM_UP = 3;
const PICTURES = 500;
const REFERENCE = 2000;
const BATCH = 64;
const METRICS = ['is', 'accuracy', 'msssim', 'fid', 'precision', 'recall'];
const ROUNDS = 3;
const STEPS = 60;
const STEPPING_MS = 2500;
const PAUSE_MS = 1500;
const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../bin/ganeval.js', import.meta.url));

/** Different sets of equally many pictures of each class, and a reference. */
async function makeSets(root) {
  await writePictures(join(root, 'all'), SETS * PICTURES + REFERENCE);
  for (const name of await readdir(join(root, 'all'))) {
    const files = await readdir(join(root, 'all', name));
    const perSet = Math.floor((files.length * PICTURES) / (SETS * PICTURES + REFERENCE));
    for (const [i, file] of files.entries()) {
      const set = Math.floor(i / perSet);
      const to = join(root, set < SETS ? `sets/step_${set}` : 'real', name);
      await mkdir(to, { recursive: true });
      await rename(join(root, 'all', name, file), join(to, file));
    }
  }
}

/** The embedded network with other bytes that mean nothing: a second network of the same cost. */
async function copyNetwork(root) {
  const path = join(root, 'other.onnx');
  // The field `doc_string` of the model, of one letter.
  const bytes = Buffer.concat([
    await readFile(join(MODELS, 'inception-cifar10.onnx')),
    Buffer.from([0x32, 1, 0x78]),
  ]);
  await writeFile(path, bytes);
  const card = JSON.parse(await readFile(join(MODELS, 'inception-cifar10.json'), 'utf8'));
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(root, 'other.json'), JSON.stringify({ ...card, name: 'other', sha256 }));
  return path;
}

/** The pictures of a set in batches that stand ready. */
async function readBatches(folder) {
  const source = await openImages(folder);
  const pictures = [];
  for await (const picture of source.pictures(source.entries.keys())) pictures.push(picture);
  await source.close();
  const batches = [];
  for (let start = 0; start < pictures.length; start += BATCH) {
    const some = pictures.slice(start, start + BATCH);
    batches.push({
      pixels: Buffer.concat(some.map(({ pixels }) => pixels)),
      count: some.length,
      width: 32,
      height: 32,
    });
  }
  return batches;
}

async function timeBare(extractor, batches) {
  const start = performance.now();
  for (const batch of batches) await extractor.run(batch);
  return (performance.now() - start) / 1000;
}

/** Seconds of each set but the first ones, and of the bare sessions beside it. */
async function timeScoring(root, classifier) {
  const extractors = [];
  for (const name of ['inception-cifar10', classifier ?? 'inception-cifar10'])
    extractors.push(await openExtractor(await openNetwork(name), { downsample: 'decimate' }));
  const batches = await readBatches(join(root, 'sets/step_0'));
  const run = join(root, classifier ? 'run-two' : 'run-one');
  await cp(join(root, 'sets'), run, { recursive: true });
  const rows = [];
  const score = {
    reference: join(root, 'real'),
    metrics: METRICS,
    cacheDir: join(root, 'cache'),
    classifier,
  };
  await watchFolder(
    { folder: run, score: classifier ? score : { ...score, classifier: 'auto' }, settle: 0, once: true },
    {
      async onLine({ status, reason, run: { seconds } }) {
        if (status === 'failed') throw new Error(reason);
        const bare = [];
        for (const extractor of extractors) bare.push(await timeBare(extractor, batches));
        rows.push({ seconds, bare: bare[0] + bare[1], one: bare[0] });
      },
    },
  );
  for (const extractor of extractors) await extractor.close();
  return rows.slice(WARM_UP);
}

function runProgram(args, stdio = 'ignore') {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { child, ended };
}

/** Seconds of a training of dense layers from its start to its end, less its pauses. */
async function timeTraining(root, number) {
  const out = join(root, `training-${number}`);
  const args = ['train', 'gan', join(root, 'real'), '-o', out, '--preset', 'cifar10-dense', '--width', '0.1'];
  const { child, ended } = runProgram([
    ...args,
    '--steps',
    String(STEPS),
    '--grid-every',
    String(STEPS),
    '--backend',
    'onnx',
    '--device',
    'cpu',
    '--quiet',
  ]);
  const start = performance.now();
  const paused = await pauseAgainAndAgain(child, ended);
  const code = await ended;
  if (code !== 0) throw new Error(`the training ended with ${code}`);
  return (performance.now() - start - paused) / 1000;
}

/** Lets a program step and pause in turns until it ends. @returns milliseconds of all pauses */
async function pauseAgainAndAgain(child, ended) {
  const isOver = (ms) => Promise.race([ended.then(() => true), delay(ms, false)]);
  let paused = 0;
  while (!(await isOver(STEPPING_MS))) {
    const start = performance.now();
    child.kill('SIGSTOP');
    await delay(PAUSE_MS);
    child.kill('SIGCONT');
    paused += performance.now() - start;
  }
  return paused;
}

async function timeWatched(root, number) {
  const run = join(root, `watched-${number}`);
  await cp(join(root, 'sets'), run, { recursive: true });
  const { child, ended } = runProgram(
    [
      'watch',
      run,
      '--nice',
      '--settle',
      '0',
      '--reference',
      join(root, 'real'),
      '--cache-dir',
      join(root, 'cache'),
      '--metrics',
      METRICS.join(','),
    ],
    ['ignore', 'pipe', 'inherit'],
  );
  let lines = 0;
  child.stdout.on('data', (text) => (lines += String(text).split('\n').length - 1));
  // It starts, prepares the reference and scores the first set in the time that is left.
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const before = lines;
  const seconds = await timeTraining(root, number);
  const during = lines - before;
  const end = performance.now();
  const left = SETS - lines;
  if (left > 0) await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
  const after = (performance.now() - end) / 1000;
  if (left > 0 && lines === before + during) throw new Error('the watch ended without a further set');
  child.kill('SIGTERM');
  await ended;
  return { seconds, during, after };
}

async function benchScoring(root) {
  const one = await timeScoring(root);
  const two = await timeScoring(root, await copyNetwork(root));
  const seconds = (rows) => median(rows.map((row) => row.seconds)).toFixed(2);
  const ratio = (rows, of) => median(rows.map((row) => row.seconds / row[of])).toFixed(2);
  return {
    'seconds to score 500 pictures, one network for features and classes': seconds(one),
    '… against the bare runs of two sessions': ratio(one, 'bare'),
    '… against the bare runs of one': ratio(one, 'one'),
    'seconds to score 500 pictures, another network for classes': seconds(two),
    '… against the bare runs of both sessions': ratio(two, 'bare'),
  };
}

async function benchTraining(root) {
  const alone = [];
  const watched = [];
  let during = 0;
  const after = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await timeTraining(root, round));
    const beside = await timeWatched(root, `w${round}`);
    watched.push(beside.seconds);
    during += beside.during;
    after.push(beside.after);
  }
  const ratios = watched.map((each, i) => each / alone[i]);
  return {
    'seconds of a training alone, less its pauses': median(alone).toFixed(2),
    'the same watched, against it (median of pairs)': median(ratios).toFixed(3),
    'each pair': ratios.map((each) => each.toFixed(3)).join(', '),
    'sets scored meanwhile, in all rounds': during,
    'seconds from its end to the next set': median(after).toFixed(2),
  };
}

const PARTS = { scoring: benchScoring, training: benchTraining };

const root = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
try {
  await makeSets(root);
  const [asked] = process.argv.slice(2);
  for (const [name, bench] of Object.entries(PARTS)) {
    if (asked !== undefined && asked !== name) continue;
    for (const [what, value] of Object.entries(await bench(root))) console.log(`${what}: ${value}`);
  }
} finally {
  await rm(root, { recursive: true, force: true });
}
