// The monitor of a training on simulated runs of 500 samples a set and ten classes: how often it tells of a healthy run that it got
// worse, and how many sets after a class collapses, or another harm begins, it says so. MS-SSIM is that of real pictures: needs CIFAR-10 as
// folders of classes in GANEVAL_CIFAR10 or ./cifar10, as for the benchmark of the verdict.
// `node test/bench/watch-changes.js [--runs N] [--harmed N] [--seed N]`; 0 leaves a part out
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { createMonitor } from '../../dist/watch/changes/monitor.js';
import { scoreRealPairs } from './watch-changes/real-pairs.js';
import { drawTraining, simulateRun } from './watch-changes/simulated-run.js';

const { values: asked } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    harmed: { type: 'string', default: '20' },
    seed: { type: 'string', default: '0' },
  },
});
const [RUNS, HARMED, SEED] = [asked.runs, asked.harmed, asked.seed].map(Number);
const FOLDER = join(process.env.GANEVAL_CIFAR10 ?? './cifar10', 'test');
const PICTURES = 150;
const SETS = 100;
/** The set from which on a run is harmed. */
const AT = 40;
const ALL_PAIRS = 1225;
/** What is false of a healthy run: it may well stop improving. */
const HARMS = ['collapse', 'memorization', 'divergence'];

const LEVEL = { curve: 'level', outliers: 0, reference: false, times: 1 };
/** Healthy trainings: the family, of which each run is another one, and corners of it and beyond. */
const HEALTHY = {
  'the family': {},
  'no wander, level': { ...LEVEL, wander: 0 },
  'wander 1, persistence 0.5, level': { ...LEVEL, wander: 1, persistence: 0.5 },
  'wander 1.5, persistence 0.9, level': { ...LEVEL, wander: 1.5, persistence: 0.9 },
  'wander 3, persistence 0.5, level': { ...LEVEL, wander: 3, persistence: 0.5 },
  'wander 3, persistence 0.9, level': { ...LEVEL, wander: 3, persistence: 0.9 },
  'wander 1, persistence 0.5, improving fast': {
    ...LEVEL,
    wander: 1,
    persistence: 0.5,
    curve: 'exponential',
    decay: 5,
  },
  'the family, a set in 20 stands out': { outliers: 0.05 },
};
const CORNER_SHARE = 0.2;

const from =
  (id, factor, until = SETS) =>
  (metric, set) =>
    metric === id && set >= AT && set < until ? factor : 1;
const HARMED_RUNS = {
  'FID of 1.5 times': { kind: 'divergence', factor: from('fid', 1.5) },
  'FID of 2 times': { kind: 'divergence', factor: from('fid', 2) },
  'recall of two thirds': { kind: 'collapse', factor: from('recall', 2 / 3) },
  'recall of a third': { kind: 'collapse', factor: from('recall', 1 / 3) },
  'coverage of a half': { kind: 'collapse', factor: from('coverage', 1 / 2) },
  'AuthPct of a half': { kind: 'memorization', factor: from('authpct', 1 / 2) },
};
const WANDERS = [
  { wander: 0, persistence: 0 },
  { wander: 1, persistence: 0.5 },
];

let seed = SEED;
/** Every run has a seed of its own. */
function watch(classes, training) {
  const random = new NumpyRandom(seed++);
  const monitor = createMonitor();
  const lines = simulateRun(classes, random, { sets: SETS, ...drawTraining(random), ...training });
  return [...lines].flatMap((line) => monitor.observe(line).map((event) => ({ ...event, at: line.step })));
}

/** Wilson's interval of 95 % of a share, in percent. */
function intervalOf(count, n) {
  const z = 1.96;
  const center = (count + z ** 2 / 2) / (n + z ** 2);
  const half = (z * Math.sqrt((count * (n - count)) / n + z ** 2 / 4)) / (n + z ** 2);
  return `${(100 * (center - half)).toFixed(1)} to ${(100 * (center + half)).toFixed(1)} %`;
}

function countAlarms(classes, training, runs) {
  const of = {};
  let [alarms, plateaus] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const events = watch(classes, training);
    const metrics = new Set(events.filter(({ kind }) => HARMS.includes(kind)).map(({ metric }) => metric));
    if (metrics.size > 0) alarms++;
    if (events.some(({ kind }) => kind === 'plateau')) plateaus++;
    for (const metric of metrics) of[metric] = (of[metric] ?? 0) + 1;
  }
  return { alarms, plateaus, of };
}

/** Runs whose FID falls by just what is no plateau, 10 % in 15 sets: each plateau is a false alarm. */
function countFalsePlateaus(classes, runs) {
  const factor = (metric, set) => (metric === 'fid' ? 0.9 ** (set / 15) : 1);
  const training = { ...LEVEL, wander: 1, persistence: 0.5, factor };
  return countAlarms(classes, training, runs).plateaus;
}

/** Sets from the first harmed one on until it is told, 1 for that one, and how far `since` is from it. */
function measureDelays(classes, training, isIt) {
  const [delays, misses] = [[], []];
  for (let run = 0; run < HARMED; run++) {
    const label = run % classes.length;
    const collapse = training.collapse && { ...training.collapse, label };
    const event = watch(classes, { ...LEVEL, ...training, collapse }).find(
      (each) => each.at >= AT && isIt(each, classes[label].name),
    );
    delays.push(event ? event.at - AT + 1 : Number.POSITIVE_INFINITY);
    if (event) misses.push(Math.abs(event.since.step - AT));
  }
  delays.sort((a, b) => a - b);
  const at = (share) => delays[Math.ceil(share * delays.length) - 1];
  return {
    'median delay': at(0.5),
    'nine of ten': at(0.9),
    missed: delays.filter((delay) => delay === Number.POSITIVE_INFINITY).length,
    'since within 1': misses.filter((miss) => miss <= 1).length,
    told: misses.length,
  };
}

function measureRates(classes) {
  const rates = {};
  for (const [name, training] of Object.entries(HEALTHY)) {
    const runs = Object.keys(training).length === 0 ? RUNS : Math.ceil(CORNER_SHARE * RUNS);
    const { alarms, plateaus, of } = countAlarms(classes, training, runs);
    const which = Object.entries(of).map(([metric, times]) => `${metric} ${times}`);
    rates[name] = { runs, alarms, '95 %': intervalOf(alarms, runs), of: which.join(', '), plateaus };
  }
  console.log(`Healthy runs of ${SETS} sets with a false alarm, seeds from ${SEED} on:`);
  console.table(rates);
  const runs = Math.ceil(CORNER_SHARE * RUNS);
  const false_ = countFalsePlateaus(classes, runs);
  console.log(`FID that falls by 10 % in 15 sets: ${false_} of ${runs} runs with a plateau.`);
}

function measureHarms(classes) {
  console.log(
    `Sets until a harm is told, ${HARMED} runs each; Infinity where it is not within ${SETS - AT}:`,
  );
  const delays = {};
  for (const wander of WANDERS) {
    const of = `, wander ${wander.wander}`;
    for (const pairs of [100, ALL_PAIRS]) {
      for (const share of [0.2, 0.5, 1]) {
        const training = { ...wander, pairs, collapse: { set: AT, share } };
        delays[`${100 * share} % of a class, ${pairs} pairs${of}`] = measureDelays(
          classes,
          training,
          (event, name) => event.kind === 'collapse' && event.class === name,
        );
      }
    }
    for (const times of [1, 10]) {
      for (const share of [0.2, 0.5, 1]) {
        const training = { ...wander, times, collapse: { set: AT, share } };
        delays[`${100 * share} % of a class, by copies, ${times} times by chance${of}`] = measureDelays(
          classes,
          training,
          ({ metric }) => metric === 'duplicates',
        );
      }
    }
    for (const [name, { kind, factor }] of Object.entries(HARMED_RUNS)) {
      const isIt = (event) => event.kind === kind && event.class === undefined && event.metric !== 'msssim';
      delays[`${name}${of}`] = measureDelays(classes, { ...wander, factor }, isIt);
    }
    const factor = (metric, set) => (metric === 'fid' && set < AT ? 2 : 1);
    const harmedFirst = (metric, set) => (set < AT / 2 ? 1 : factor(metric, set));
    const isBack = ({ kind, metric }) => kind === 'recovery' && metric === 'fid';
    delays[`FID back from 2 times${of}`] = measureDelays(classes, { ...wander, factor: harmedFirst }, isBack);
    const falling = (metric, set) => (metric === 'fid' ? 1 + Math.max(0, AT - set) / AT : 1);
    delays[`FID level${of}`] = measureDelays(
      classes,
      { ...wander, factor: falling },
      ({ kind }) => kind === 'plateau',
    );
  }
  console.table(delays);
}

const exists = await access(FOLDER).then(
  () => true,
  () => false,
);
if (exists) {
  const classes = await scoreRealPairs(FOLDER, PICTURES);
  if (RUNS > 0) measureRates(classes);
  if (HARMED > 0) measureHarms(classes);
} else {
  console.log(
    `There is no ${FOLDER}: run "ganeval data pull cifar10 --out ./cifar10", or set GANEVAL_CIFAR10.`,
  );
}
