// Lines of a simulated training of ten classes, 50 samples of each a set. MS-SSIM: pairs are drawn among real pictures as a score draws
// them, and so is its error. All other metrics: normal around their level, with the errors that sets of 500 pictures have. To all of them
// come the wander of the generator, an autoregression of first order, sets that stand out, and what training improves. Samples that repeat one
// another by chance come in pairs.
import { drawPairs } from '../../../dist/metrics/msssim/msssim-pairs.js';
import { computePairMeanVariance } from '../../../dist/metrics/msssim/pair-mean-error.js';

const PER_CLASS = 50;
/** Pictures of which all samples of a collapsed share are copies. */
const COPIED = 2;
/** How large a wander of 1 is in MS-SSIM of a class: 1.5 errors at 100 pairs of these pictures. */
const MSSSIM_WANDER = 1.5 * 0.018;
/** By how many errors a set that stands out is worse, and how often it does in trainings that have such. */
const [OUTLIER, OUTLIERS] = [10, 0.01];

/**
 * Level in the end, standard error, how much worse it is at the start, and how large a wander of 1 is in errors: that of a small conditional GAN on
 * CIFAR-10 at sets 60 steps apart, without an average of its weights (FID ± 9 %, KID ± 17 %, AuthPct ± 0.1, which hardly persist; MS-SSIM of a
 * class ± 1.5 errors with a persistence of 0.2 to 0.8). Of recall and coverage, which it did not reach, as much as their errors.
 */
const OVERALL = [
  { id: 'fid', title: 'FID', direction: 'lower', level: 30, se: 0.3, worse: 60, wander: 9 },
  { id: 'kid', title: 'KID', direction: 'lower', level: 0.05, se: 0.001, worse: 0.1, wander: 8.5 },
  { id: 'recall', title: 'Recall', direction: 'higher', level: 0.4, se: 0.03, worse: 0.25, wander: 1 },
  { id: 'coverage', title: 'Coverage', direction: 'higher', level: 0.6, se: 0.03, worse: 0.3, wander: 1 },
  { id: 'authpct', title: 'AuthPct', direction: 'higher', level: 0.65, se: 0.02, worse: -0.3, wander: 5 },
];
const MSSSIM = { id: 'msssim', title: 'MS-SSIM', unit: 'fraction', direction: 'lower' };
const MSSSIM_WORSE = 0.2;

/** Samples that repeat a picture by chance, of 500 as real pictures are beside 10,000 of the reference. */
const EXPECTED = { duplicates: 0.25, memorized: 5 };
/** By how much of itself a wander of 1 changes their chance, and how many times as many there are at the start. */
const [COPIES_WANDER, COPIES_WORSE] = [0.5, 20];

/** A healthy training of the family: each has another curve, wander and persistence. */
export function drawTraining(random) {
  return {
    wander: 1.5 * random.randomSample(),
    persistence: 0.9 * random.randomSample(),
    curve: ['level', 'exponential', 'exponential', 'steps'][random.interval(3)],
    decay: 3 + 37 * random.randomSample(),
    outliers: random.randomSample() < 0.5 ? OUTLIERS : 0,
    reference: random.randomSample() < 0.5,
    times: 10 ** random.randomSample(),
  };
}

/** Values of an autoregression of first order with standard deviation 1. */
function* wanderOf(random, persistence) {
  let value = random.standardNormal();
  for (;;) {
    yield value;
    value = persistence * value + Math.sqrt(1 - persistence ** 2) * random.standardNormal();
  }
}

function drawPoisson(random, mean) {
  let [count, left] = [0, mean];
  for (;;) {
    left += Math.log(1 - random.randomSample());
    if (left < 0) return count;
    count++;
  }
}

/**
 * Copies among the samples of a set.
 *
 * @param training.times as many by chance as real pictures would have
 * @yields counts for the set that is handed in: `repeated` samples repeat one another by a harm
 */
function* drawCopies(random, { wander, persistence, times }) {
  const wanders = [wanderOf(random, persistence), wanderOf(random, persistence)];
  const n = 10 * PER_CLASS;
  let state = yield;
  for (;;) {
    const chances = Object.values(EXPECTED).map((expected, i) => {
      const drift = COPIES_WANDER * wander * wanders[i].next().value + state.bad;
      return Math.min(n, expected * times * (1 + COPIES_WORSE * state.left) * Math.exp(drift));
    });
    const counts = [
      2 * drawPoisson(random, chances[0] / 2) + state.repeated,
      drawPoisson(random, chances[1]),
    ];
    const [duplicates, memorized] = Object.values(EXPECTED).map((expected, i) => {
      return { count: Math.min(n, counts[i]), exact: 0, n, expected, moreThanChance: false };
    });
    state = yield { duplicates, memorized };
  }
}

/** What is left of the beginning at each set, from 1 to 0. */
function drawCurve({ curve, decay, sets }, random) {
  if (curve === 'exponential') return (set) => Math.exp(-set / decay);
  if (curve !== 'steps') return () => 0;
  const steps = [0, 1, 2].map(() => random.interval(sets - 1));
  return (set) => steps.filter((step) => set < step).length / steps.length;
}

/** MS-SSIM of a class whose samples are some of its real pictures, a share of them copies of two others. */
function scoreClass({ count, scores }, { share, pairs }, random) {
  const order = random.permutation(count);
  const copies = Math.round(share * PER_CLASS);
  const picture = (row) => (row < copies ? order[count - 1 - (row % COPIED)] : order[row]);
  const labels = new Int32Array(PER_CLASS);
  const drawn = drawPairs({ labels, pairsPerClass: pairs, seed: random.interval(2 ** 31) }).map(
    ({ a, b }) => ({ a, b, value: scores[picture(a) * count + picture(b)] }),
  );
  const value = drawn.reduce((sum, each) => sum + each.value, 0) / drawn.length;
  return { value, se: Math.sqrt(computePairMeanVariance(drawn)) };
}

const summarize = (perClass) => ({
  value: perClass.reduce((sum, { value }) => sum + value, 0) / perClass.length,
  se: Math.sqrt(perClass.reduce((sum, { se }) => sum + se ** 2, 0)) / perClass.length,
});

/**
 * @param classes real pictures of each class, as `scoreRealPairs` gives them
 * @param training as `drawTraining` gives it
 * @param training.collapse class, share of its samples that are copies, and the set from which on they are
 * @param training.factor on the level of a metric at a set
 * @param training.times as many copies as real pictures would have, by chance
 * @param training.pairs of MS-SSIM, for each class
 */
export function* simulateRun(classes, random, training) {
  const { sets, wander = 0, persistence = 0, outliers = 0, pairs = 100, times = 1, collapse } = training;
  const copies = drawCopies(random, { wander, persistence, times });
  copies.next();
  const left = drawCurve(training, random);
  const ofReal = classes.map((each) => ({
    class: each.name,
    n: pairs,
    ...scoreClass(each, { share: 0, pairs }, random),
  }));
  const reference = [{ ...MSSSIM, n: pairs, ...summarize(ofReal), perClass: ofReal }];
  const common = wanderOf(random, persistence);
  const own = [...classes, ...OVERALL].map(() => wanderOf(random, persistence));
  for (let set = 0; set < sets; set++) {
    const shared = common.next().value;
    const bad = random.randomSample() < outliers ? OUTLIER : 0;
    const drifts = own.map((each) => bad + wander * Math.SQRT1_2 * (shared + each.next().value));
    const perClass = classes.map((each, i) => {
      const isCollapsed = collapse && collapse.label === i && set >= collapse.set;
      const { value, se } = scoreClass(each, { share: isCollapsed ? collapse.share : 0, pairs }, random);
      const level = value + MSSSIM_WORSE * left(set) + MSSSIM_WANDER * drifts[i];
      return { class: each.name, n: pairs, value: Math.min(Math.max(level, 0), 1), se };
    });
    const overall = OVERALL.map(({ level, se, worse, wander: times, ...head }, i) => {
      const sign = head.direction === 'lower' ? 1 : -1;
      const noise = random.standardNormal() + times * drifts[classes.length + i];
      const mean = (level + sign * worse * left(set)) * (training.factor?.(head.id, set) ?? 1);
      return { ...head, unit: 'fraction', n: 500, value: mean + sign * se * noise, se };
    });
    const repeated = collapse && set >= collapse.set ? Math.round(collapse.share * PER_CLASS) : 0;
    yield {
      schema: 'ganeval/watch@1',
      set: `step-${set}`,
      step: set,
      status: 'scored',
      metrics: [{ ...MSSSIM, n: pairs, ...summarize(perClass), perClass }, ...overall],
      ...(training.reference && { reference }),
      copies: copies.next({ repeated, left: left(set), bad: bad > 0 ? Math.LN10 : 0 }).value,
      warnings: [],
      events: [],
      run: { time: '', seconds: 0 },
    };
  }
}
