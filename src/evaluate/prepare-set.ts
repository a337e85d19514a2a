import { ImagesError } from '../core/errors.js';
import { givesWay } from '../core/idle-time.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { Placement } from '../devices/choice/place-job.js';
import type { Device } from '../devices/device-choices.js';
import type { FeatureDistance } from '../documents/feature-distance.js';
import type { ImageSet } from '../documents/result.js';
import {
  type BadRow,
  badPicturesError,
  findBadPictures,
  tooManyBadError,
  tooManyUnusableError,
} from '../features/bad-pictures.js';
import { type Extraction, extractAll } from '../features/extract.js';
import { listShardTasks } from '../features/extraction-work.js';
import type { ShardStore } from '../features/shard-store.js';
import { type Share, shareOf } from '../features/share.js';
import type { PictureChange } from '../images/picture.js';
import type { Subject } from '../metrics/subject.js';
import type { Network } from '../networks/network.js';
import { defaultBatchSize } from './devices/batch-size.js';
import { type ExtractedSet, makeSubject } from './make-subject.js';
import type { ResolvedOptions } from './options.js';
import {
  describeLeftOut,
  describeUnusable,
  findUnusable,
  type LeftOutFor,
  listUnusablePictures,
  type UnusableNetwork,
  unusableOutput,
} from './outputs/unusable-output.js';
import { scoreSetPairs } from './pairs/score-set-pairs.js';
import { measureSetPaths } from './paths/measure-set-paths.js';
import { describePictures, largestSide } from './picture-set.js';
import type { Pass, SetPlan } from './plan.js';
import { measureDistances } from './precision/feature-distance.js';

/** How sets are prepared, where what they give is kept, and which share of the work is done. */
export interface Preparation {
  readonly options: PreparationOptions;
  readonly store: ShardStore;
  readonly hooks: RunHooks;
  /** @default all of it */
  readonly share?: Share;
  /** Called with what the passes gave. @returns options of what is computed of the pictures then */
  readonly onPassed?: (subject: Subject) => Promise<PreparationOptions>;
}

type PreparationOptions = Pick<
  ResolvedOptions,
  'batchSize' | 'cache' | 'onBadImage' | 'maxBad' | 'seed' | 'device' | 'precision' | 'threads'
>;

/** A set of pictures after all its passes. */
export interface PreparedSet {
  readonly plan: SetPlan;
  readonly subject: Subject;
  /** The set as the metrics of a network beside the model see it. */
  readonly subjectOf: (network: Network) => Subject;
  /** The set after reduction to a resolution of the plan; one at or above the pictures' own size is the identity. */
  readonly reducedTo: (resolution: number) => Subject;
  /** Index in the source of every row: bad pictures that were left out have none. */
  readonly kept: Int32Array;
  readonly description: ImageSet;
  readonly extracted: number;
  readonly fromCache: number;
  /** What ran; undefined where all rows were there already. */
  readonly device?: Placement;
  /** Of the samples' first pictures, where networks compute at a reduced precision. */
  readonly distances: readonly FeatureDistance[];
  /** Names of the networks that give probabilities in place of logits. */
  readonly probabilitiesOf: readonly string[];
  /** Of several networks, those for which pictures are left out that the others could use. */
  readonly leftOutFor: readonly LeftOutFor[];
}

/**
 * Runs the passes of a plan over one set and scores its pairs; with a share, only that part of the shards (the subject
 * then holds that part alone).
 *
 * @throws {ImagesError} for bad pictures, as the options say
 */
export async function prepareSet(plan: SetPlan, preparation: Preparation): Promise<PreparedSet> {
  const { set } = plan;
  const extractions = await runPasses(plan, preparation);
  const distances = set.role === 'samples' ? await measureDistances(plan, extractions, preparation) : [];
  const { bad: undecoded, changes } = await findAllBad(plan, extractions, preparation);
  const decoded = listKept(set.inspections.length, undecoded);
  if (decoded.length === 0)
    throw new ImagesError(`No picture of ${set.source.name} can be decoded: check the files.`);
  const networks = findUnusable(extractions);
  const bad = leaveOut(plan, undecoded, networks, preparation);
  const kept = listKept(set.inspections.length, bad);
  if (kept.length === 0)
    throw new ImagesError(
      `No picture of ${set.source.name} is left (the first ${bad[0].reason}): choose another network, or check the pictures.`,
    );
  const unusable = bad === undecoded ? describeUnusable(plan, networks) : [];
  const extracted: ExtractedSet = {
    plan,
    kept,
    decoded,
    extractions,
    unusableOf: (model) => unusableOutput({ ...plan, model }, networks, unusable),
  };
  const passed = makeSubject(extracted, 'full');
  const { share, onPassed } = preparation;
  const options = (await onPassed?.(passed)) ?? preparation.options;
  // Pairs need no network, and parts of a score must draw the same ones.
  const scoring = { ...preparation, options, outlivesRun: outlivesRun(options, share) };
  const pairScores = await scoreSetPairs(plan, decoded, scoring);
  const pathLengths = await measureSetPaths(plan, kept, scoring);
  return {
    plan,
    subject: { ...passed, ...pairScores, pathLengths },
    subjectOf: (network) => makeSubject(extracted, 'full', network),
    reducedTo: (resolution) =>
      makeSubject(extracted, resolution < largestSide(set.inspections) ? resolution : 'full'),
    kept,
    description: {
      ...describePictures(set, kept, changes, bad),
      ...(unusable.length > 0 && { unusable }),
    },
    distances,
    probabilitiesOf: listProbabilities(extractions),
    leftOutFor: bad === undecoded ? [] : describeLeftOut(extractions, networks),
    extracted: sum(extractions, 'extracted'),
    fromCache: sum(extractions, 'fromCache'),
    device: [...extractions.values()].find(({ device }) => device)?.device,
  };
}

const sum = (extractions: ReadonlyMap<Pass, Extraction>, field: 'extracted' | 'fromCache') =>
  [...extractions.values()].reduce((total, extraction) => total + extraction[field], 0);

/** "samples at 16×16 (inception-v3)", or the networks of several passes, for progress bars and notes. */
function labelPasses({ set, passes }: SetPlan): string {
  const names = [...new Set(passes.map(({ label }) => label))].join(', ');
  const [{ resolution }] = passes;
  const size = resolution === 'full' ? 'full size' : `${resolution}×${resolution}`;
  const isOne = passes.every((pass) => pass.resolution === resolution);
  return `${set.role} at ${isOne ? size : 'all sizes'} (${names})`;
}

/** Runs all passes over a set; a picture is decoded once for all those that have no row of it. */
async function runPasses(
  plan: SetPlan,
  { options, store, hooks, share }: Preparation,
): Promise<Map<Pass, Extraction>> {
  const { set, passes } = plan;
  const lanes = passes.map(({ network, extractor, outputs }) => ({
    extractor,
    outputs,
    batchSize: options.batchSize ?? ((device: Device) => defaultBatchSize(network, device, givesWay())),
    tasks: shareOf(listShardTasks(set, extractor.identity, outputs), share),
  }));
  const total = lanes
    .flatMap(({ tasks }) => tasks)
    .reduce((pictures, task) => pictures + task.end - task.start, 0);
  const extractions = await extractAll({ inspected: set, store }, lanes, {
    onBadImage: options.onBadImage,
    maxBad: options.maxBad,
    signal: hooks.signal,
    onNote: hooks.onNote,
    onProgress: (done, stored) =>
      hooks.onProgress?.({
        stage: 'extract',
        label: labelPasses(plan),
        done,
        total,
        kept: outlivesRun(options, share) ? stored : 0,
        unit: 'pictures',
      }),
  });
  return new Map(passes.map((pass, i) => [pass, extractions[i]]));
}

/** Whether what is in the store is there in the next run. */
function outlivesRun({ cache }: Preparation['options'], share: Preparation['share']): boolean {
  return cache || share !== undefined;
}

/** What decoding a whole set shows. */
interface DecodingFacts {
  readonly bad: readonly BadRow[];
  readonly changes: Extraction['changes'];
}

/** The bad pictures of the whole set and the changes of the others: from a whole pass, or else by decoding every picture. */
async function findAllBad(
  { set, passes, pairsPerClass }: SetPlan,
  extractions: ReadonlyMap<Pass, Extraction>,
  { options: { onBadImage, maxBad }, hooks, share }: Preparation,
): Promise<DecodingFacts> {
  const first = extractions.get(passes[0]);
  const changes: Partial<Record<PictureChange, number>> = { ...first?.changes };
  if (first && !share) return { bad: first.bad, changes };
  if (pairsPerClass === 0 || (first && onBadImage === 'fail')) return { bad: [], changes };
  const total = set.inspections.length;
  const bad = await findBadPictures(set.source, set.source.entries.keys(), {
    signal: hooks.signal,
    onPicture: first
      ? undefined
      : (picture) => {
          for (const change of picture.changes) changes[change] = (changes[change] ?? 0) + 1;
        },
    onProgress: (done) =>
      hooks.onProgress?.({ stage: 'scan', label: `Decoding ${set.role}`, done, total, unit: 'pictures' }),
  });
  if (bad.length > 0 && onBadImage === 'fail') throw badPicturesError(set.source, bad);
  if (bad.length > maxBad) throw tooManyBadError(set.source, maxBad, bad[bad.length - 1]);
  return { bad, changes };
}

/** The pictures that are left out: with `skip`, also those for which a network gave what no metric can take. */
function leaveOut(
  { set }: SetPlan,
  undecoded: readonly BadRow[],
  networks: readonly UnusableNetwork[],
  { options: { onBadImage, maxBad } }: Preparation,
): readonly BadRow[] {
  if (onBadImage === 'fail' || networks.length === 0) return undecoded;
  const all = [...undecoded, ...listUnusablePictures(networks)].sort((a, b) => a.index - b.index);
  if (all.length > maxBad) throw tooManyUnusableError(set.source, maxBad, all);
  return all;
}

function listProbabilities(extractions: ReadonlyMap<Pass, Extraction>): string[] {
  const names = [...extractions].flatMap(([{ network }, { probabilities }]) =>
    probabilities.length > 0 ? [network.name] : [],
  );
  return [...new Set(names)];
}

function listKept(count: number, bad: readonly BadRow[]): Int32Array {
  const left = new Set(bad.map(({ index }) => index));
  return Int32Array.from({ length: count }, (_, index) => index).filter((index) => !left.has(index));
}
