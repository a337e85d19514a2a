// How often the 95 % interval of a metric covers the truth, over sets drawn from synthetic populations that are known.
//
// An interval tells of other pictures from the same generator, as many of them: what it should cover is the value that so many
// pictures give on average. Accuracy, KID and MS-SSIM have no bias, and their truth comes from the population itself (a formula, or
// very many pairs). Inception Score, FID, FID∞ and the metrics of nearest neighbors depend on the number of pictures: their truth
// is the mean over sets of their own, and how far it is from that of endless pictures, where that is known, stands beside it.
// node test/bench/intervals.js [--only METRIC,METRIC] [--sets N] [--n N] [--population TEXT]
// A row stands there as soon as its sets are done, with the share so far on the error output until then. Seeds are those of the sets,
// so that a row is the same whatever else is asked for: `--only cmmd --n 500 --sets 25` gives one population after the other in a minute.
// --sets is of the larger size: the smaller one has four times as many, unless --n names a size.
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { resolveOptions } from '../../dist/evaluate/options.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { mean, standardDeviation } from '../../dist/math/statistics/statistics.js';
import { metrics } from '../../dist/metrics/index.js';
import { openMsssim } from '../../dist/metrics/msssim/msssim-scorer.js';
import { neighborhoodsOf } from '../../dist/metrics/neighbors/compute-neighbor-metrics.js';
import {
  drawClassified,
  drawFeatures,
  drawLogits,
  drawPairScores,
  drawPathLengths,
  drawPicture,
  gaussianPopulation,
  scorePictures,
  trueFid,
  trueKid,
} from './populations.js';

const SETS = 300;
const SIZES = [500, 2000];
/**
 * As many times more sets of the smaller size, where they cost less: the seeds are the same for all populations, so that chance moves their
 * rows together.
 */
const TIMES_OF_SMALLER = 4;
const WIDTH = 32;
const LEVEL = 0.95;
const CHANCES = [0.99, 0.97, 0.95, 0.95, 0.9, 0.9, 0.85, 0.8, 0.7, 0.6];
const CLASSES = 5;
const TRUTH_PAIRS = 5000;
const PAIRS_A_ROUND = 500;
const DIRECTIONS = 64;
/** Standard deviation of the logarithm of path lengths: some are ten times as long as most. */
const PATH_SPREAD = 1;
/** Metrics whose intervals are about one draw by the seed: of directions, or of cells. */
const OF_ONE_SEED = ['swd', 'ct'];

const REFERENCE = gaussianPopulation(WIDTH, 0, 0);
const UNLIKE = gaussianPopulation(WIDTH, 0.3, 0.3);
const ALIKE = gaussianPopulation(WIDTH, 0.06, 0.06);
const DISTANCES = ['fid', 'fid-infinity', 'kid', 'cmmd', 'swd', 'vendi'];
const NEIGHBORS = ['precision', 'recall', 'density', 'coverage'];

/** @returns populations, each with the metrics that it is for, a way to draw a set, and the truth of some metrics */
async function listPopulations(scorer, ids) {
  const features = (name, samples) => ({
    name,
    ids: DISTANCES,
    sizes: SIZES,
    draw: (n, stream) => ({
      samples: drawFeatures(n, samples, stream),
      reference: drawFeatures(n, REFERENCE, stream),
    }),
    truth: { kid: trueKid(samples, REFERENCE) },
    endless: { fid: trueFid(samples, REFERENCE), 'fid-infinity': trueFid(samples, REFERENCE) },
  });
  const neighbors = gaussianPopulation(8, 0.3, 0.3);
  return [
    {
      name: '10 classes',
      ids: ['is'],
      sizes: SIZES,
      draw: (n, stream) => ({ samples: drawLogits(n, stream) }),
      truth: {},
      endless: ids.includes('is') ? { is: await endlessInceptionScore() } : {},
    },
    {
      name: '10 classes, 60 to 99 % right',
      ids: ['accuracy'],
      sizes: SIZES,
      draw: (n, stream) => ({ samples: drawClassified(n, stream, CHANCES) }),
      truth: { accuracy: mean(CHANCES) },
    },
    {
      name: '5 classes of textures',
      ids: ['msssim'],
      sameCost: true,
      sizes: [100, ...SIZES],
      draw: async (n, stream) => ({ samples: await drawPairScores(n, CLASSES, PAIRS, stream, scorer) }),
      truth: ids.includes('msssim') ? { msssim: await trueMsssim(scorer) } : {},
    },
    {
      name: 'log-normal path lengths',
      ids: ['ppl'],
      sizes: SIZES,
      draw: (n, stream) => ({ samples: drawPathLengths(n, stream, PATH_SPREAD) }),
      truth: {},
    },
    features('unlike normals', UNLIKE),
    features('alike normals', ALIKE),
    features('equal normals', REFERENCE),
    ...[
      ['unlike', UNLIKE],
      ['alike', ALIKE],
      ['equal', REFERENCE],
    ].map(([name, samples]) => ({
      name: `${name} normals and held-out real ones`,
      ids: ['fdr'],
      sizes: SIZES,
      draw: (n, stream) => ({
        samples: drawFeatures(n, samples, stream),
        reference: drawFeatures(n, REFERENCE, stream),
        validation: drawFeatures(n, REFERENCE, stream),
      }),
      truth: {},
    })),
    {
      name: '8 features',
      ids: NEIGHBORS,
      sizes: SIZES.slice(0, 1),
      draw: (n, stream) => ({
        samples: drawFeatures(n, neighbors, stream),
        reference: drawFeatures(n, gaussianPopulation(8, 0, 0), stream),
      }),
      truth: {},
    },
    {
      name: '8 features, one training set',
      ids: ['authpct', 'ct'],
      sizes: SIZES.slice(0, 1),
      draw: (n, stream) => ({
        samples: drawFeatures(n, neighbors, stream),
        reference: drawFeatures(n, gaussianPopulation(8, 0, 0), new NumpyRandom(0)),
        validation: drawFeatures(n, gaussianPopulation(8, 0, 0), stream),
      }),
      truth: {},
    },
  ];
}

const { msssimPairs: PAIRS, splits, kidSubsets, kidSubsetSize } = resolveOptions({});
const settings = {
  numSplits: splits,
  shuffle: true,
  kidSubsets,
  kidSubsetSize,
  level: LEVEL,
  device: 'cpu',
};

/** The score of so many pictures that nothing is left of its bias. */
async function endlessInceptionScore() {
  const samples = drawLogits(1_000_000, new NumpyRandom(1));
  const is = metrics.find(({ id }) => id === 'is');
  return (await is.compute({ samples, settings: { ...settings, numSplits: 1, seed: 1 } })).value;
}

/** Mean over classes of the mean over independent pairs. */
async function trueMsssim(scorer) {
  const stream = new NumpyRandom(2);
  let sum = 0;
  for (let label = 0; label < CLASSES; label++) {
    for (let done = 0; done < TRUTH_PAIRS; done += PAIRS_A_ROUND) {
      const draw = () => drawPicture(label, stream);
      const pairs = Array.from({ length: PAIRS_A_ROUND }, () => [draw(), draw()]);
      for (const { value } of await scorePictures(pairs, scorer)) sum += value;
    }
  }
  return sum / (CLASSES * TRUTH_PAIRS);
}

/** Values and intervals of some metrics over many sets of a size. */
async function simulate({ draw }, { chosen, n, sets, onSet }) {
  const found = new Map(chosen.map(({ id }) => [id, []]));
  for (let seed = 1; seed <= sets; seed++) {
    const drawn = await draw(n, new NumpyRandom(seed));
    let shared;
    const input = { ...drawn, settings: { ...settings, seed: sets + seed } };
    const ofOneSeed = { ...input, settings: { ...settings, seed: 1, swdDirections: DIRECTIONS } };
    input.neighborhoods = () => {
      shared ??= neighborhoodsOf(input);
      return shared;
    };
    for (const metric of chosen) {
      const outcome = await metric.compute(OF_ONE_SEED.includes(metric.id) ? ofOneSeed : input);
      if ('reason' in outcome) throw new Error(`${metric.id}: ${outcome.reason}`);
      found.get(metric.id).push(outcome);
    }
    onSet?.(found, seed, sets);
  }
  return found;
}

/** One metric after the other, but for those that share most of their work. */
function groupMetrics(chosen) {
  const together = chosen.filter(({ id }) => NEIGHBORS.includes(id));
  const alone = chosen.filter(({ id }) => !NEIGHBORS.includes(id)).map((metric) => [metric]);
  return [...alone, ...(together.length > 0 ? [together] : [])];
}

/** How often the interval covers, and whether the standard error is the deviation of the values. */
function judge(outcomes, truth) {
  const values = outcomes.map(({ value }) => value);
  const aim = truth ?? mean(values);
  const missed = (where) => outcomes.filter(({ interval }) => where(interval)).length / outcomes.length;
  const below = missed(({ high }) => high < aim);
  const above = missed(({ low }) => low > aim);
  return {
    aim,
    average: mean(values),
    deviation: standardDeviation(values, 1),
    error: mean(outcomes.map(({ se }) => se)),
    covered: 1 - below - above,
    below,
    above,
  };
}

/**
 * @param asked `ids` of metrics, `sets` of the larger size, and `n` and a part of the name of the `population` where only one is wanted
 * @param onRow called with what is known of one metric on one population at one size
 * @param onShare called with the same of the sets that are done
 */
export async function benchIntervals(asked, onRow = () => {}, onShare = () => {}) {
  const { sets = SETS, ids = metrics.map(({ id }) => id), n: size, population: part = '' } = asked;
  const scorer = await openMsssim({ device: 'cpu' });
  try {
    for (const population of await listPopulations(scorer, ids)) {
      if (!population.name.includes(part)) continue;
      const wanted = metrics.filter(({ id }) => population.ids.includes(id) && ids.includes(id));
      for (const chosen of groupMetrics(wanted)) {
        for (const n of size === undefined ? population.sizes : [size]) {
          const isCheap = size === undefined && n === SIZES[0] && !population.sameCost;
          const rowOf = ([id, outcomes]) => ({
            id,
            population: population.name,
            n,
            sets: outcomes.length,
            ...judge(outcomes, population.truth[id]),
            endless: population.endless?.[id],
          });
          const found = await simulate(population, {
            chosen,
            n,
            sets: isCheap ? TIMES_OF_SMALLER * sets : sets,
            onSet: (so, done, all) => onShare([...so].map(rowOf), done, all),
          });
          for (const outcomes of found) onRow(rowOf(outcomes));
        }
      }
    }
  } finally {
    await scorer.close();
  }
}

const short = (value) => (value === undefined ? '' : value.toPrecision(4));
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const WIDTHS = [12, 38, 6, 6, 11, 11, 11, 11, 8, 9, 9];
const print = (cells) =>
  console.log(
    cells
      .map((cell, i) => String(cell).padEnd(WIDTHS[i]))
      .join(' ')
      .trimEnd(),
  );

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      sets: { type: 'string', default: String(SETS) },
      n: { type: 'string' },
      population: { type: 'string' },
    },
  });
  const ids = values.only?.split(',');
  const unknown = (ids ?? []).filter((id) => !metrics.some((metric) => metric.id === id));
  if (unknown.length > 0) throw new Error(`no metric ${unknown.join(', ')}`);
  const [sets, n] = [values.sets, values.n].map((text) => text && Number(text));
  const noiseOf = (count) => percent(Math.sqrt((LEVEL * (1 - LEVEL)) / count));
  const many = TIMES_OF_SMALLER * sets;
  console.log(
    `a coverage of ${percent(LEVEL)} shows as ± ${noiseOf(sets)} with ${sets} sets, ± ${noiseOf(many)} with ${many} (one standard error)`,
  );
  print([
    'metric',
    'population',
    'n',
    'sets',
    'truth',
    'endless',
    'deviation',
    'mean se',
    'covered',
    'too low',
    'too high',
  ]);
  const isShown = process.stderr.isTTY ?? false;
  const clear = () => isShown && process.stderr.write('\r\x1b[K');
  let last = 0;
  await benchIntervals(
    { sets, ids, n, population: values.population },
    (row) => {
      clear();
      const {
        id,
        population,
        n: size,
        sets: drawn,
        aim,
        endless,
        deviation,
        error,
        covered,
        below,
        above,
      } = row;
      const shares = [covered, below, above].map(percent);
      print([id, population, size, drawn, ...[aim, endless, deviation, error].map(short), ...shares]);
    },
    (rows, done, all) => {
      if (!isShown || Date.now() - last < 1000) return;
      last = Date.now();
      clear();
      const shares = rows.map(({ id, covered }) => `${id} ${percent(covered)}`).join(', ');
      process.stderr.write(`${done} of ${all} sets of ${rows[0].n}: ${shares}`);
    },
  );
}
