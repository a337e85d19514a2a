// The verdict of a score on real pictures: how often it finds something worse in sets of CIFAR-10 that are as real as their
// reference, and how often it dares to call them equal. Needs the data set: `ganeval data pull cifar10 --out ./cifar10`, or its
// folder in GANEVAL_CIFAR10.
// node test/bench/verdict.js [pairs]
import { access } from 'node:fs/promises';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { reachVerdict } from '../../dist/verdict/reach-verdict.js';
import { drawDisjoint, loadCifar10, openScorer, subjectOf } from './cifar10.js';

const FOLDER = process.env.GANEVAL_CIFAR10 ?? './cifar10';
const PAIRS = 200;
const SIZES = [2000, 500, 200];
/** Metrics that real pictures have by themselves. */
const OF_REFERENCE = ['is', 'accuracy', 'msssim'];

const nameOf = ({ kind, metric }) => (metric === undefined ? kind : `${kind} ${metric}`);

/** A result of a set, with the reference's own entries beside it. */
async function scoreBoth(scorer, set, reference) {
  const result = await scorer.score(set, reference);
  const own = await scorer.score(reference, set);
  const entries = own.metrics.filter(({ id }) => OF_REFERENCE.includes(id));
  return {
    ...result,
    reference: { ...own.samples, source: 'reference' },
    metrics: [...result.metrics, ...entries.map((entry) => ({ ...entry, subject: 'reference' }))],
  };
}

/** Findings among pairs of disjoint sets, of which none is worse than the other. */
async function calibrate(data, scorer, size, pairs) {
  const stream = new NumpyRandom(size);
  const found = {};
  let alarms = 0;
  let equal = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const [set, reference] = drawDisjoint(data, size, 2, stream).map((rows) => subjectOf(data, rows));
    const { findings } = reachVerdict(await scoreBoth(scorer, set, reference));
    const bad = findings.filter(({ severity }) => severity === 'bad');
    if (bad.length > 0) alarms++;
    if (findings.some(({ kind }) => kind === 'as-good-as-real')) equal++;
    for (const finding of bad) found[nameOf(finding)] = (found[nameOf(finding)] ?? 0) + 1;
    if ((pair + 1) % 20 === 0) console.error(`  ${pair + 1} pairs of ${size}: ${alarms} alarms`);
  }
  return { alarms, equal, found };
}

const exists = await access(FOLDER).then(
  () => true,
  () => false,
);
if (exists) {
  const pairs = Number(process.argv[2] ?? PAIRS);
  const data = await loadCifar10(FOLDER);
  const scorer = await openScorer(data);
  for (const size of SIZES) {
    const { alarms, equal, found } = await calibrate(data, scorer, size, pairs);
    const share = ((100 * alarms) / pairs).toFixed(1);
    const what = Object.entries(found).map(([name, times]) => `${name} ${times}`);
    console.log(
      `${pairs} pairs of disjoint sets of ${size}: ${alarms} with a false finding, ${share} % (${what.join(', ') || 'none'}); ${equal} called as good as real`,
    );
  }
  await scorer.close();
} else {
  console.log(
    `There is no ${FOLDER}: run "ganeval data pull cifar10 --out ./cifar10", or set GANEVAL_CIFAR10.`,
  );
}
