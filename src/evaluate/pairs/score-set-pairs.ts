import type { RunHooks } from '../../core/run-hooks.js';
import type { ShardStore } from '../../features/shard-store.js';
import { type Share, shareOf } from '../../features/share.js';
import { drawPairs, type Pair } from '../../metrics/msssim/msssim-pairs.js';
import type { Subject } from '../../metrics/subject.js';
import { labelsOf } from '../make-subject.js';
import type { ResolvedOptions } from '../options.js';
import { orderByContent } from '../outputs/content-order.js';
import type { PictureSet } from '../picture-set.js';
import type { SetPlan } from '../plan.js';
import { exactDevice } from '../precision/exact-device.js';
import { lpipsScorer, MSSSIM_SCORER, type PairScorer } from './pair-scorers.js';
import { listPairTasks, scorePairs } from './pair-scores.js';

/** How the pairs of a set are scored, and where their scores are kept. */
export interface PairScoring {
  readonly options: Pick<ResolvedOptions, 'seed' | 'device' | 'precision' | 'threads'>;
  readonly store: ShardStore;
  readonly hooks: RunHooks;
  /** Which of the shards are scored. @default all */
  readonly share?: Share;
  /** Whether scores that are there now are there in the next run. */
  readonly outlivesRun: boolean;
}

/**
 * Draws the within-class pairs of a set and scores each of them in every way that a metric asks for.
 *
 * @param kept index in the source of every picture that can be decoded
 */
export async function scoreSetPairs(
  plan: SetPlan,
  kept: Int32Array,
  scoring: PairScoring,
): Promise<Pick<Subject, 'pairScores' | 'lpipsScores'>> {
  const labels = labelsOf(plan, kept);
  if (plan.pairsPerClass === 0 || !labels) return {};
  const { inspections } = plan.set;
  const sizeOf = (row: number) => `${inspections.width(kept[row])}×${inspections.height(kept[row])}`;
  const drawn = drawPairs({
    labels,
    sizeOf,
    order: orderByContent({ inspections, kept, labels }),
    pairsPerClass: plan.pairsPerClass,
    seed: scoring.options.seed,
  });
  const pairs = drawn.map(({ label, a, b }) => ({ label, a: kept[a], b: kept[b] }));
  const score = (scorer: PairScorer) => scoreWith(scorer, plan.set, pairs, scoring);
  return {
    ...(plan.scoresMsssim && { pairScores: await score(MSSSIM_SCORER) }),
    ...(plan.lpips && { lpipsScores: await score(lpipsScorer(plan.lpips)) }),
  };
}

function scoreWith(
  scorer: PairScorer,
  set: PictureSet,
  pairs: readonly Pair[],
  { options, store, hooks, share, outlivesRun }: PairScoring,
) {
  const tasks = shareOf(listPairTasks(set, pairs, scorer), share);
  const total = tasks.reduce((count, task) => count + task.pairs.length, 0);
  return scorePairs(set, tasks, store, {
    scorer,
    device: exactDevice(options),
    threads: options.threads,
    signal: hooks.signal,
    onProgress: (done) =>
      hooks.onProgress?.({
        stage: 'pairs',
        label: `${scorer.title} of ${set.role}`,
        done,
        total,
        kept: outlivesRun ? done : 0,
        unit: 'pairs',
      }),
  });
}
