import type { RunHooks } from '../core/run-hooks.js';
import { listShardTasks } from '../features/extraction-work.js';
import type { ShardStore } from '../features/shard-store.js';
import { type Share, shareOf } from '../features/share.js';
import { defaultBatchSize } from './devices/batch-size.js';
import { largestSide } from './picture-set.js';
import type { Pass, Plan, SetPlan } from './plan.js';

/** With fewer pictures, a warm-up is not worth its time: Inception v3 on one slow core runs four a second. */
const WORTH_A_WARM_UP = 200;
const LONG_RUN_SECONDS = 60;
/** A warm-up tries larger batches until one takes this long, so that its rate is that of the run. */
const WARM_UP_MS = 100;
const FIRST_WARM_UP_PICTURES = 4;

export interface PassEstimate {
  readonly subject: 'samples' | 'reference' | 'validation';
  /** NAME, or NAME@PROFILE where it has a profile of its own. */
  readonly network: string;
  readonly resolution: number | 'full';
  readonly pictures: number;
  /** Of these, pictures whose rows are in the cache. */
  readonly cached: number;
}

/** What a run would do and how long it would take. */
export interface ScorePlan {
  /** For each set, network and resolution: pictures, and how many of them the cache has. */
  readonly passes: readonly PassEstimate[];
  /** Ids of the metrics that would be computed. */
  readonly metrics: readonly string[];
  /** Sides in pixels to which pictures would be reduced. */
  readonly resolutions: readonly number[];
  /** Where the networks would run; null if nothing is left to run. */
  readonly device: string | null;
  /** Of the slowest network; null if nothing is left to run. */
  readonly picturesPerSecond: number | null;
  /** Seconds that the passes would take; 0 if nothing is left to run. */
  readonly estimatedSeconds: number;
}

/** A plan, or several with the same options, whose sets are then put together. */
export type EstimatedPlan = Pick<Plan, 'options' | 'metrics' | 'resolutions' | 'sets'> &
  Partial<Pick<Plan, 'placed' | 'further'>>;

/**
 * Counts what is left to do and times a short warm-up of each network that has something left.
 *
 * @throws the signal's reason
 */
export async function estimatePlan(
  plan: EstimatedPlan,
  store: ShardStore,
  { share, signal }: { readonly share?: Share; readonly signal?: AbortSignal } = {},
): Promise<ScorePlan> {
  const passes: PassEstimate[] = [];
  const left = new Map<Pass, { set: SetPlan; pictures: number }>();
  for (const set of plan.sets) {
    for (const pass of set.passes) {
      const estimate = await countPass(set, pass, store, share);
      passes.push(estimate);
      if (estimate.cached < estimate.pictures)
        left.set(pass, { set, pictures: estimate.pictures - estimate.cached });
    }
  }
  let estimatedSeconds = 0;
  let picturesPerSecond: number | null = null;
  let device: string | null = null;
  const rates = new Map<string, number>();
  for (const [pass, { set, pictures }] of left) {
    let rate = rates.get(pass.network.identity);
    if (rate === undefined) {
      const timed = await timeWarmUp(set, pass, { pictures, batchSize: plan.options.batchSize, signal });
      rate = timed.picturesPerSecond;
      device ??= timed.device;
      rates.set(pass.network.identity, rate);
    }
    estimatedSeconds += pictures / rate;
    picturesPerSecond = Math.min(picturesPerSecond ?? rate, rate);
  }
  return {
    passes,
    metrics: [...plan.metrics, ...(plan.placed ?? [])],
    resolutions: plan.resolutions,
    device,
    picturesPerSecond,
    estimatedSeconds,
  };
}

async function countPass(
  set: SetPlan,
  pass: Pass,
  store: ShardStore,
  share: Share | undefined,
): Promise<PassEstimate> {
  let pictures = 0;
  let cached = 0;
  for (const task of shareOf(listShardTasks(set.set, pass.extractor.identity, pass.outputs), share)) {
    pictures += task.end - task.start;
    if (await store.has(task.key)) cached += task.end - task.start;
  }
  const { label, resolution } = pass;
  return { subject: set.set.role, network: label, resolution, pictures, cached };
}

async function timeWarmUp(
  { set }: SetPlan,
  pass: Pass,
  {
    pictures,
    batchSize: asked,
    signal,
  }: { readonly pictures: number; readonly batchSize?: number; readonly signal?: AbortSignal },
): Promise<{ picturesPerSecond: number; device: string }> {
  const extractor = await pass.extractor.open({ pictures, signal });
  const batchSize = asked ?? defaultBatchSize(pass.network, extractor.device);
  try {
    const side = Math.max(1, largestSide(set.inspections));
    const run = async (count: number) => {
      signal?.throwIfAborted();
      const pixels = new Uint8Array(count * side * side * 3);
      const start = performance.now();
      await extractor.run({ pixels, count, width: side, height: side });
      return performance.now() - start;
    };
    await run(1);
    let count = FIRST_WARM_UP_PICTURES;
    let ms = await run(count);
    while (ms < WARM_UP_MS && count < batchSize) {
      count = Math.min(batchSize, count * 4);
      ms = await run(count);
    }
    return { picturesPerSecond: (count * 1000) / ms, device: extractor.device };
  } finally {
    await extractor.close();
  }
}

/** Notes before a long run how long it will take. */
export async function announceEstimate(
  plan: EstimatedPlan,
  store: ShardStore,
  hooks: RunHooks,
  share?: Share,
): Promise<void> {
  if (!hooks.onNote) return;
  const most = plan.sets.reduce((sum, { set, passes }) => sum + set.inspections.length * passes.length, 0);
  if (most < WORTH_A_WARM_UP) return;
  const note = estimateNote(await estimatePlan(plan, store, { share, signal: hooks.signal }));
  if (note) hooks.onNote(note);
}

/** The note before a run that takes longer than a minute; undefined before a shorter one. */
export function estimateNote(plan: ScorePlan): string | undefined {
  const { estimatedSeconds, picturesPerSecond, device, passes } = plan;
  if (estimatedSeconds < LONG_RUN_SECONDS || picturesPerSecond === null) return undefined;
  const left = passes.reduce((sum, pass) => sum + pass.pictures - pass.cached, 0);
  const minutes = Math.ceil(estimatedSeconds / 60);
  return (
    `About ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}: ${left.toLocaleString('en')} pictures to run in ` +
    `${passes.length} ${passes.length === 1 ? 'pass' : 'passes'}, at ${picturesPerSecond.toPrecision(3)} a second on ${device}. ` +
    'It can be stopped: run again, it continues from there.'
  );
}
