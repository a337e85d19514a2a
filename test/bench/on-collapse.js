// A GAN that collapses by its settings, with --on-collapse warn and adjust: `node test/bench/on-collapse.js [seeds ...]`.
// MNIST's digits, AC-GAN at a fifth of its width, with a generator that learns with forty times the rate of the discriminator, no dropout and
// no noise. A run of each seed is stopped by its first collapse; from that checkpoint it goes on twice, to the same number of steps.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pullDataset } from '../../dist/datasets/pull-dataset.js';
import { score } from '../../dist/index.js';
import { cacheFolder } from '../../dist/storage/cache-folder.js';
import { trainGan } from '../../dist/train/index.js';
import '../../dist/train/register-runs.js';

const SEEDS = [1, 2, 3, 4, 5];
const STEPS = 320;
/** Pictures of each class, from the first of the test split on. */
const PER_CLASS = 100;
/** Samples of the final scores. */
const SAMPLES = 500;
/** A class is collapsed from this share of the way from the MS-SSIM of real pictures to 1, that of copies. */
const COLLAPSED = 0.75;

const RUN = {
  settings: {
    ...{ width: 0.2, batchSize: 16, dropout: 0, latentWidth: 32 },
    ...{ generatorRate: 0.012, discriminatorRate: 0.0003 },
  },
  ...{ steps: STEPS, evalEvery: 10, evalSamples: 150, gridEvery: STEPS },
  ...{ model: 'inception-mnist', classifier: 'inception-mnist' },
  ...{ backend: 'onnx', device: 'cpu', threads: 1 },
};

/** A CSV of path,label with the first digits of each class. */
async function writePictures(folder) {
  await pullDataset('mnist', { out: join(folder, 'mnist'), split: 'test', cacheDir: cacheFolder() });
  const rows = ['path,label'];
  for (let digit = 0; digit < 10; digit++) {
    const names = (await readdir(join(folder, 'mnist', 'test', String(digit)))).sort().slice(0, PER_CLASS);
    rows.push(...names.map((name) => `mnist/test/${digit}/${name},${digit}`));
  }
  const path = join(folder, 'digits.csv');
  await writeFile(path, `${rows.join('\n')}\n`);
  return path;
}

/** { fid, low, high, accuracy, collapsed }: of samples of a run's generator. */
export async function judge(run, pictures, cacheDir) {
  const { metrics } = await score({
    ...{ samples: run, sampleCount: SAMPLES, reference: pictures, metrics: ['fid', 'accuracy', 'msssim'] },
    ...{ model: RUN.model, classifier: RUN.classifier, resolutions: [], device: 'cpu', threads: 1, cacheDir },
  });
  const find = (id, subject = 'samples') =>
    metrics.find((each) => each.id === id && each.subject === subject && each.status === 'ok');
  const real = new Map(find('msssim', 'reference').perClass.map((each) => [each.class, each.value]));
  const isCollapsed = ({ class: name, value }) => value > real.get(name) + COLLAPSED * (1 - real.get(name));
  const { value, interval } = find('fid');
  return {
    ...{ fid: value, low: interval.low, high: interval.high, accuracy: find('accuracy').value },
    collapsed: find('msssim').perClass.filter(isCollapsed).length,
  };
}

/** What became of a seed: { seed, stoppedAt, warn, adjust, rungs }. */
export async function compareAnswers(seed, { folder, pictures, cacheDir }) {
  const out = (answer) => join(folder, `${answer}-${seed}`);
  const train = (answer, more = {}) =>
    trainGan('acgan', { ...RUN, ...more, out: out(answer), pictures, seed, cacheDir, onCollapse: answer });
  const { steps: stoppedAt } = await train('stop');
  const results = {};
  for (const answer of ['warn', 'adjust']) {
    await cp(out('stop'), out(answer), { recursive: true });
    await train(answer, { resume: true });
    results[answer] = await judge(out(answer), pictures, cacheDir);
  }
  const lines = (await readFile(join(out('adjust'), 'log.jsonl'), 'utf8')).trim().split('\n');
  const rungs = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'adjustment');
  return { seed, stoppedAt, ...results, rungs };
}

const digits = (value) => value.toFixed(1);
const cellOf = ({ fid, low, high }) => `${digits(fid)} (${digits(low)} to ${digits(high)})`;

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv.slice(2).map(Number);
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-on-collapse-'));
  try {
    const pictures = await writePictures(folder);
    console.log(
      '| seed | stopped at | FID, warn | FID, adjust | classes collapsed, warn | adjust | accuracy, warn | adjust | rungs |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
    for (const seed of asked.length > 0 ? asked : SEEDS) {
      const found = await compareAnswers(seed, { folder, pictures, cacheDir: join(folder, 'cache') });
      const { stoppedAt, warn, adjust, rungs } = found;
      const steps = rungs.map(({ step, winner }) => `${step} (${winner})`).join(', ');
      const cells = [seed, stoppedAt, cellOf(warn), cellOf(adjust), warn.collapsed, adjust.collapsed];
      console.log(`| ${[...cells, warn.accuracy, adjust.accuracy, steps].join(' | ')} |`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
