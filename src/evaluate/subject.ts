import { ImagesError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { ImageSet } from '../documents/result.js';
import { type BadRow, badPicturesError, findBadPictures, tooManyBadError } from '../features/bad-pictures.js';
import { type Extraction, extract, listShardTasks } from '../features/extract.js';
import type { FeatureTable } from '../features/feature-table.js';
import type { OutputName } from '../features/shard-builder.js';
import type { ShardStore } from '../features/shard-store.js';
import { type Share, shareOf } from '../features/share.js';
import { drawPairs } from '../metrics/msssim/msssim-pairs.js';
import type { ResolutionLogits, Subject } from '../metrics/subject.js';
import { defaultBatchSize } from './batch-size.js';
import type { ResolvedOptions } from './options.js';
import { listPairTasks, scorePairs } from './pair-scores.js';
import { describePictures, largestSide } from './picture-set.js';
import type { Pass, SetPlan } from './plan.js';

/** A set of pictures after all its passes. */
export interface PreparedSet {
  readonly subject: Subject;
  /** The set after reduction to a resolution of the plan; one at or above the pictures' own size is the identity. */
  readonly reducedTo: (resolution: number) => Subject;
  readonly description: ImageSet;
  readonly extracted: number;
  readonly fromCache: number;
  readonly device: string | null;
}

/**
 * Runs the passes of a plan over one set and scores its pairs; with a share, only that part of the shards (the subject
 * then holds that part alone). Throws ImagesError for bad pictures as the options say.
 */
export async function prepareSet(
  plan: SetPlan,
  options: ResolvedOptions,
  store: ShardStore,
  hooks: RunHooks,
  share?: Share,
): Promise<PreparedSet> {
  const { set } = plan;
  const extractions = new Map<Pass, Extraction>();
  for (const pass of plan.passes)
    extractions.set(pass, await runPass(pass, plan, options, store, hooks, share));
  const bad = await knownBad(plan, extractions, options, hooks, share);
  const kept = keptIndices(set.inspections.length, bad);
  if (kept.length === 0)
    throw new ImagesError(`No picture of ${set.source.name} can be decoded: check the files.`);
  const pairScores = await scoreSetPairs(plan, kept, options, store, hooks, share);
  const first = extractions.values().next().value;
  return {
    subject: { ...subjectOf(plan, kept, extractions, 'full'), pairScores },
    reducedTo: (resolution) =>
      subjectOf(plan, kept, extractions, resolution < largestSide(set.inspections) ? resolution : 'full'),
    description: describePictures(set, kept, first?.changes ?? {}, bad),
    extracted: sum(extractions, 'extracted'),
    fromCache: sum(extractions, 'fromCache'),
    device: [...extractions.values()].find(({ device }) => device)?.device ?? null,
  };
}

const sum = (extractions: ReadonlyMap<Pass, Extraction>, field: 'extracted' | 'fromCache') =>
  [...extractions.values()].reduce((total, extraction) => total + extraction[field], 0);

/** "samples at 16×16", for progress bars and notes. */
export function passLabel({ set }: SetPlan, { network, resolution }: Pass): string {
  const size = resolution === 'full' ? 'full size' : `${resolution}×${resolution}`;
  return `${set.role} at ${size} (${network.name})`;
}

async function runPass(
  pass: Pass,
  plan: SetPlan,
  options: ResolvedOptions,
  store: ShardStore,
  hooks: RunHooks,
  share: Share | undefined,
): Promise<Extraction> {
  const { set } = plan;
  const tasks = shareOf(listShardTasks(set, pass.extractor.identity, pass.outputs), share);
  const total = tasks.reduce((pictures, task) => pictures + task.end - task.start, 0);
  return extract(
    set,
    pass.extractor,
    store,
    {
      outputs: pass.outputs,
      batchSize: options.batchSize ?? defaultBatchSize(pass.network.card.input.size),
      onBadImage: options.onBadImage,
      maxBad: options.maxBad,
      signal: hooks.signal,
      onProgress: (done) =>
        hooks.onProgress?.({ stage: 'extract', label: passLabel(plan, pass), done, total, unit: 'pictures' }),
    },
    tasks,
  );
}

/** The bad pictures of the whole set: from a whole pass, or else by looking at every picture. */
async function knownBad(
  { set, passes, pairsPerClass }: SetPlan,
  extractions: ReadonlyMap<Pass, Extraction>,
  { onBadImage, maxBad }: ResolvedOptions,
  hooks: RunHooks,
  share: Share | undefined,
): Promise<readonly BadRow[]> {
  if (passes.length > 0 && !share) return (extractions.get(passes[0]) as Extraction).bad;
  if (pairsPerClass === 0 || (passes.length > 0 && onBadImage === 'fail')) return [];
  const total = set.inspections.length;
  const bad = await findBadPictures(set.source, set.source.entries.keys(), {
    signal: hooks.signal,
    onProgress: (done) =>
      hooks.onProgress?.({ stage: 'scan', label: `Decoding ${set.role}`, done, total, unit: 'pictures' }),
  });
  if (bad.length > 0 && onBadImage === 'fail') throw badPicturesError(set.source, bad);
  if (bad.length > maxBad) throw tooManyBadError(set.source, maxBad, bad[bad.length - 1]);
  return bad;
}

function keptIndices(count: number, bad: readonly BadRow[]): Int32Array {
  const left = new Set(bad.map(({ index }) => index));
  return Int32Array.from({ length: count }, (_, index) => index).filter((index) => !left.has(index));
}

function labelsOf({ set }: SetPlan, kept: Int32Array): Int32Array | undefined {
  if (!set.source.classNames) return undefined;
  return kept.map((index) => set.source.entries[index].label as number);
}

async function scoreSetPairs(
  plan: SetPlan,
  kept: Int32Array,
  options: ResolvedOptions,
  store: ShardStore,
  hooks: RunHooks,
  share: Share | undefined,
): Promise<Subject['pairScores']> {
  const labels = labelsOf(plan, kept);
  if (plan.pairsPerClass === 0 || !labels) return undefined;
  const { set } = plan;
  const { inspections } = plan.set;
  const sizeOf = (row: number) => `${inspections.width(kept[row])}×${inspections.height(kept[row])}`;
  const drawn = drawPairs({ labels, sizeOf, pairsPerClass: plan.pairsPerClass, seed: options.seed });
  const pairs = drawn.map(({ label, a, b }) => ({ label, a: kept[a], b: kept[b] }));
  const tasks = shareOf(listPairTasks(set, pairs), share);
  const total = tasks.reduce((count, task) => count + task.pairs.length, 0);
  return scorePairs(set, tasks, store, {
    device: options.device,
    threads: options.threads,
    signal: hooks.signal,
    onProgress: (done) =>
      hooks.onProgress?.({ stage: 'pairs', label: `MS-SSIM of ${set.role}`, done, total, unit: 'pairs' }),
  });
}

function subjectOf(
  plan: SetPlan,
  kept: Int32Array,
  extractions: ReadonlyMap<Pass, Extraction>,
  resolution: Pass['resolution'],
): Subject {
  const { set, classifier } = plan;
  const table = (name: OutputName, matches: (pass: Pass) => boolean): FeatureTable | undefined => {
    const pass = plan.passes.find((each) => each.resolution === resolution && matches(each));
    return pass && extractions.get(pass)?.tables[name];
  };
  const isModel = (pass: Pass) => pass.network.identity === plan.model.identity;
  const classLogits = table('logits', (pass) => pass.network.identity === classifier?.identity);
  return {
    count: kept.length,
    labels: labelsOf(plan, kept),
    classNames: set.source.classNames,
    features: table('features', isModel),
    logits: table('scores', isModel) ?? table('logits', isModel),
    classLogits,
    classColumns: plan.classColumns,
    classRange: plan.classifier?.classRange,
    resolutionLogits:
      classLogits && resolution === 'full' ? resolutionTables(plan, classLogits, extractions) : undefined,
  };
}

/** Class scores at each resolution; one at or above the pictures' own size is the identity. */
function resolutionTables(
  plan: SetPlan,
  atFullSize: FeatureTable,
  extractions: ReadonlyMap<Pass, Extraction>,
): ResolutionLogits[] {
  const inputSize = plan.classifier?.card.input.size ?? 0;
  const side = largestSide(plan.set.inspections);
  return plan.resolutions.map((resolution) => {
    const pass = plan.passes.find(
      (candidate) =>
        candidate.network.identity === plan.classifier?.identity && candidate.resolution === resolution,
    );
    const logits = (pass && extractions.get(pass)?.tables.logits) ?? atFullSize;
    return { resolution, logits, informative: resolution <= inputSize && resolution <= side };
  });
}
