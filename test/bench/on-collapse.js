// A GAN that collapses by its settings, with --on-collapse warn and adjust: `node test/bench/on-collapse.js [seeds ...]`.
//
// The plan, written and committed before the reported seeds were run:
// - Setting. AC-GAN at a fifth of its width on 1000 digits of MNIST, batches of 16, no dropout, G's rate .01 and D's .00015, 50 times the
//   default and three quarters of it. G is far ahead, D can't tell, and what is left to learn from is the class: G makes one picture of each,
//   which is the collapse that AC-GANs are known for. Found by `warn` on seeds 100 to 102; `adjust` was mended by seed 100
//   and tried on seed 101, and on 102 as far as step 100.
// - Seeds 201 to 205, each once by `warn` and once by `adjust`; 440 steps are computed in either run, those that `adjust` does again included,
//   so that `adjust` ends at an earlier step. Scores of 150 samples every 20 steps.
// - Measures: means of the last three scores of FID, of the number of collapsed classes (below), and of class accuracy. The first two decide.
// - Analysis: adjust − warn by seed, mean with the 95 % interval of Student's t. Nothing is left out.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pullDataset } from '../../dist/datasets/pull-dataset.js';
import { cacheFolder } from '../../dist/storage/cache-folder.js';
import { trainGan } from '../../dist/train/index.js';
import '../../dist/train/register-runs.js';

const SEEDS = [201, 202, 203, 204, 205];
/** Computed in a run, those that are done again included. */
const STEPS = 440;
/** Pictures of each class, from the first of the test split on. */
const PER_CLASS = 100;
/** So many of the last scores are averaged: a run that collapses oscillates. */
const SCORES = 3;
/** A class is collapsed from this share of the way from the MS-SSIM of real pictures to 1, that of copies. */
const COLLAPSED = 0.75;

const RUN = {
  settings: {
    ...{ width: 0.2, batchSize: 16, dropout: 0, latentWidth: 32 },
    ...{ generatorRate: 0.01, discriminatorRate: 0.00015 },
  },
  ...{ steps: STEPS, evalEvery: 20, evalSamples: 150, gridEvery: STEPS },
  ...{ model: 'inception-mnist', classifier: 'inception-mnist' },
  ...{ backend: 'onnx', device: 'cpu', threads: 1 },
};

/** A CSV of path,label with the first digits of each class. */
export async function writePictures(folder) {
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

const readLines = async (run) =>
  (await readFile(join(run, 'log.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const meanOf = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** { fid, collapsed, accuracy, redone, told } of the log of a run: means of the last scores, how many steps were done again, and at which step a harm was told or answered first. */
export function judge(lines) {
  const of = (kind) => lines.filter((line) => line.kind === kind);
  const ofSubject = (subject) => of('metric').filter((line) => line.subject === subject);
  const ofClasses = (name, scores) => scores.filter((line) => line.name === name && line.class !== undefined);
  const real = new Map(
    ofClasses('msssim', ofSubject('reference')).map(({ class: label, value }) => [label, value]),
  );
  const isCollapsed = ({ class: label, value }) =>
    value > real.get(label) + COLLAPSED * (1 - real.get(label));
  const scores = ofSubject('samples');
  const steps = [...new Set(scores.map(({ step }) => step))].slice(-SCORES);
  const last = scores.filter(({ step }) => steps.includes(step));
  const mean = (id) =>
    meanOf(
      last.filter(({ name, class: label }) => name === id && label === undefined).map(({ value }) => value),
    );
  return {
    ...{ fid: mean('fid'), accuracy: mean('accuracy') },
    collapsed: ofClasses('msssim', last).filter(isCollapsed).length / steps.length,
    redone: of('rollback').reduce((sum, { from, to }) => sum + from - to, 0),
    told: of('rollback')[0]?.from ?? of('adjustment')[0]?.step ?? of('event')[0]?.step,
  };
}

/** Ends a run that has computed so many steps. */
function endAfter(steps) {
  const controller = new AbortController();
  let [last, computed] = [0, 0];
  const onProgress = ({ stage, done }) => {
    if (stage !== 'train') return;
    computed += Math.max(0, done - last);
    last = done;
    // One more, so that the last step is scored.
    if (computed > steps) controller.abort();
  };
  return { signal: controller.signal, onProgress };
}

/** What became of a seed: { seed, warn, adjust }. */
export async function compareAnswers(seed, { folder, pictures, cacheDir }) {
  const results = { seed };
  for (const answer of ['warn', 'adjust']) {
    const out = join(folder, `${answer}-${seed}`);
    const hooks = endAfter(STEPS);
    try {
      await trainGan('acgan', { ...RUN, out, pictures, seed, cacheDir, onCollapse: answer }, hooks);
    } catch (error) {
      if (!hooks.signal.aborted) throw error;
    }
    results[answer] = judge(await readLines(out));
  }
  return results;
}

/** Student's t at 95 %, by degrees of freedom. */
const T = [Number.NaN, 12.71, 4.3, 3.18, 2.78];

/** The mean difference of pairs with its interval at 95 %, in words. */
function describeDifference(differences, places) {
  const digits = (value) => value.toFixed(places);
  const mean = meanOf(differences);
  const n = differences.length;
  const half = T[n - 1] * Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1) / n);
  return `${digits(mean)} (${digits(mean - half)} to ${digits(mean + half)})`;
}

const PLACES = { fid: 1, collapsed: 1, accuracy: 2 };

/** A row of the table. */
export function rowOf({ seed, warn, adjust }) {
  const scores = Object.entries(PLACES).flatMap(([id, places]) =>
    [warn, adjust].map((run) => run[id].toFixed(places)),
  );
  return `| ${[seed, ...scores, warn.told ?? 'never', adjust.told ?? 'never', adjust.redone].join(' | ')} |`;
}

/** The comparison of all seeds. */
export function summarize(all) {
  const differences = Object.entries(PLACES).map(([id, places]) => {
    const pairs = all.map(({ warn, adjust }) => adjust[id] - warn[id]);
    return `${id} ${describeDifference(pairs, places)}`;
  });
  return `adjust − warn: ${differences.join(', ')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv.slice(2).map(Number);
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-on-collapse-'));
  try {
    const pictures = await writePictures(folder);
    console.log(
      '| seed | FID, warn | adjust | classes collapsed, warn | adjust | class accuracy, warn | adjust | told at step, warn | adjust | steps done again |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
    const all = [];
    for (const seed of asked.length > 0 ? asked : SEEDS) {
      all.push(await compareAnswers(seed, { folder, pictures, cacheDir: join(folder, 'cache') }));
      console.log(rowOf(all.at(-1)));
    }
    if (all.length > 1) console.log(summarize(all));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
