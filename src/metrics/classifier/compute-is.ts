import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeBasicBootstrapInterval } from '../../math/statistics/intervals.js';
import { mean, standardDeviation } from '../../math/statistics/statistics.js';
import type { MetricInput, MetricSettings } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import type { Rows } from '../rows.js';
import type { Subject } from '../subject.js';
import { bootstrapScores } from './is-error.js';
import { computeSplitScores, UnusableRowError } from './split-scores.js';

/** Pictures in a split of the papers: 50,000 in ten splits. */
const USUAL_SPLIT = 5000;
/** By so much of the score a larger split would raise it, by the jackknife's estimate. */
const NOTABLE_BIAS = 0.03;

/** The Inception Score with its uncertainty; `is.ts` says by which formula. */
export async function computeInceptionScore(input: MetricInput<'logits'>): Promise<MetricOutcome> {
  try {
    return await scoreLogits(input, input.samples.logits);
  } catch (error) {
    if (!(error instanceof UnusableRowError)) throw error;
    return { reason: `The network gave logits that are not finite for picture ${error.row} (from 0).` };
  }
}

async function scoreLogits(
  { samples, settings, signal, onProgress }: MetricInput,
  logits: Rows,
): Promise<MetricOutcome> {
  const { count: n } = logits;
  const { numSplits, level } = settings;
  if (n < numSplits) {
    return {
      reason: `The Inception Score in ${numSplits} splits needs at least ${numSplits} pictures but there are ${n}: ask for fewer splits.`,
    };
  }
  const rng = new NumpyRandom(settings.seed);
  const splitOf = assignSplits(n, settings, rng);
  const splits = await computeSplitScores(logits, splitOf, numSplits, { signal, onProgress });
  const scores = splits.map((split) => split.value);
  const value = mean(scores);
  const replicates = bootstrapScores(splits, rng);
  const biasCorrected = splits.every((split) => split.biasCorrected !== undefined)
    ? mean(splits.map((split) => split.biasCorrected ?? 0))
    : undefined;
  return {
    value,
    std: numSplits > 1 ? standardDeviation(scores, 0) : undefined,
    ...(biasCorrected !== undefined && {
      se: Math.sqrt(splits.reduce((sum, { variance = 0 }) => sum + variance, 0)) / numSplits,
      interval: { level, ...computeBasicBootstrapInterval(value, replicates, level, mean(replicates)) },
      uncertainty: 'jackknife within splits; interval by basic bootstrap of the jackknife influences',
    }),
    n,
    details: {
      splits: numSplits,
      picturesPerSplit: Math.floor(n / numSplits),
      classes: logits.width,
      ...(biasCorrected !== undefined && { biasCorrected }),
    },
    ...((biasCorrected === undefined || biasCorrected - value > NOTABLE_BIAS * value) && {
      tooFew: n < 2 * numSplits ? '1 picture a split' : `${Math.floor(n / numSplits)} pictures a split`,
    }),
    warnings: listWarnings(samples, settings, n),
  };
}

/** Split of each row: slices i·n/S … (i+1)·n/S of the rows in shuffled or given order, as torch-fidelity takes them. */
function assignSplits(n: number, { numSplits, shuffle }: MetricSettings, rng: NumpyRandom): Int32Array {
  const order = shuffle ? rng.permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
  const splitOf = new Int32Array(n);
  for (let split = 0; split < numSplits; split++) {
    const end = Math.floor(((split + 1) * n) / numSplits);
    for (let at = Math.floor((split * n) / numSplits); at < end; at++) splitOf[order[at]] = split;
  }
  return splitOf;
}

function listWarnings({ labels }: Subject, { numSplits, shuffle }: MetricSettings, n: number): string[] {
  const warnings: string[] = [];
  const perSplit = Math.floor(n / numSplits);
  if (perSplit < USUAL_SPLIT) {
    const each = numSplits === 1 ? 'The only split holds' : `A split holds`;
    warnings.push(
      `${each} ${perSplit} ${perSplit === 1 ? 'picture' : 'pictures'}; fewer than ${USUAL_SPLIT} bias the score low.`,
    );
  }
  if (!shuffle && numSplits > 1 && labels && isSortedByClass(labels)) {
    warnings.push(
      'The pictures come sorted by class and were not shuffled, so that a split holds few classes and the score is near 1.',
    );
  }
  return warnings;
}

function isSortedByClass(labels: Int32Array): boolean {
  return (
    labels.length > 1 &&
    labels[0] < labels[labels.length - 1] &&
    labels.every((label, i) => i === 0 || label >= labels[i - 1])
  );
}
