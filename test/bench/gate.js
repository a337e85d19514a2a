// The gate on real pictures. Calibration: how often it fails two disjoint stratified sets of CIFAR-10, which are equally good.
// Power: the mildest blur, noise and class swap that it catches in nine of ten tries. Needs the data set:
// `ganeval data pull cifar10 --out ./cifar10`, or its folder in GANEVAL_CIFAR10.
// node test/bench/gate.js [pairs] [calibrate|power]
import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { DEFAULT_GATE_CONFIG } from '../../dist/documents/gate-config.js';
import { compareWithBaseline } from '../../dist/gate/judging/judge-all.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { drawDisjoint, extractAgain, loadCifar10, openScorer, subjectOf } from './cifar10.js';
import { addNoise, blur, swapClass } from './damage.js';

const FOLDER = process.env.GANEVAL_CIFAR10 ?? './cifar10';
const PAIRS = 200;
const SIZES = [2000, 500];
const TRIES = 10;
const CAUGHT = 9;
const POWER_SIZE = 2000;
/** The class that is damaged by a swap, and the one that takes its place. */
const [SWAPPED, BY] = [3, 5];

/** Strengths from mild to strong, and how they are applied to a set. */
export const DAMAGES = [
  {
    name: 'Gaussian blur, sigma in pixels',
    levels: [0.2, 0.25, 0.3, 0.35, 0.4, 0.5],
    apply: blur,
    extracts: true,
  },
  {
    name: 'Gaussian noise, standard deviation of 255',
    levels: [1, 2, 3, 4, 6, 8],
    apply: addNoise,
    extracts: true,
  },
  {
    name: 'share of the cats that are dogs',
    levels: [0.02, 0.05, 0.1, 0.15, 0.2, 0.3],
    apply: swapClass,
    extracts: false,
  },
];

const nameOf = ({ metric, class: name }) => (name === undefined ? metric : `${metric} of a class`);

/** False alarms among pairs of disjoint sets, scored against a third that is disjoint from both. */
export async function calibrate(data, scorer, size, pairs, onPair = () => {}) {
  const stream = new NumpyRandom(size);
  const blamed = {};
  let alarms = 0;
  for (let pair = 1; pair <= pairs; pair++) {
    const [first, second, reference] = drawDisjoint(data, size, 3, stream).map((set) => subjectOf(data, set));
    const baseline = await scorer.score(first, reference);
    const verdict = compareWithBaseline(baseline, await scorer.score(second, reference));
    if (!verdict.passed) alarms++;
    for (const row of verdict.rows) {
      if (row.status !== 'pass') blamed[nameOf(row)] = (blamed[nameOf(row)] ?? 0) + 1;
    }
    onPair(pair, alarms, blamed);
  }
  return { alarms, blamed };
}

/** Whether a damage is caught in at least nine of ten tries, and by what; ends as soon as that is decided. */
async function isCaught(data, scorer, { apply, extracts }, level, size) {
  const stream = new NumpyRandom(Math.round(level * 1000));
  const blamed = {};
  let misses = 0;
  for (let attempt = 0; attempt < TRIES && misses <= TRIES - CAUGHT; attempt++) {
    const [first, second, reference] = drawDisjoint(data, size, 3, stream);
    const damaged = apply(data, second, level, stream, { from: SWAPPED, by: BY });
    const set = extracts ? await extractAgain(scorer.extractor, damaged) : damaged;
    const against = subjectOf(data, reference);
    const baseline = await scorer.score(subjectOf(data, first), against);
    const { rows, passed } = compareWithBaseline(baseline, await scorer.score(set, against));
    if (passed) misses++;
    for (const row of rows) if (row.status === 'fail') blamed[nameOf(row)] = (blamed[nameOf(row)] ?? 0) + 1;
  }
  return { caught: misses <= TRIES - CAUGHT, blamed };
}

/** The mildest level that is caught, by bisection of the levels; the catch is taken to grow with them. */
export async function findMildest(data, scorer, damage, size = POWER_SIZE) {
  let [low, high] = [0, damage.levels.length];
  let blamed = {};
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await isCaught(data, scorer, damage, damage.levels[middle], size);
    if (found.caught) [high, blamed] = [middle, found.blamed];
    else low = middle + 1;
  }
  return { level: damage.levels[high], below: damage.levels[high - 1], blamed };
}

const tell = (blamed) =>
  Object.entries(blamed)
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ') || 'none';

async function main([pairs = PAIRS, only]) {
  const exists = await access(FOLDER).then(
    () => true,
    () => false,
  );
  if (!exists) {
    console.log(
      `There is no ${FOLDER}: run "ganeval data pull cifar10 --out ./cifar10", or set GANEVAL_CIFAR10.`,
    );
    return;
  }
  const data = await loadCifar10(FOLDER);
  const scorer = await openScorer(data);
  try {
    for (const size of only === 'power' ? [] : SIZES) {
      const progress = (pair, alarms, blamed) => {
        if (pair % 20 === 0) console.error(`  ${pair} pairs of ${size}: ${alarms} alarms (${tell(blamed)})`);
      };
      const { alarms, blamed } = await calibrate(data, scorer, size, Number(pairs), progress);
      const share = ((100 * alarms) / Number(pairs)).toFixed(1);
      console.log(
        `${pairs} pairs of disjoint sets of ${size}, alpha ${DEFAULT_GATE_CONFIG.alpha}: ${alarms} false alarms, ${share} % (${tell(blamed)})`,
      );
    }
    for (const damage of only === 'calibrate' ? [] : DAMAGES) {
      const { level, below, blamed } = await findMildest(data, scorer, damage);
      console.log(
        level === undefined
          ? `${damage.name}: not caught up to ${below}`
          : `${damage.name}: ${level} is caught in at least ${CAUGHT} of ${TRIES} tries with ${POWER_SIZE} pictures${below === undefined ? '' : `, ${below} is not`} (${tell(blamed)})`,
      );
    }
  } finally {
    await scorer.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
