import { createHash } from 'node:crypto';
import { basename, dirname, extname } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { omitUndefined } from '../../core/omit-undefined.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { versionsOfMakers } from '../../core/versions.js';
import type { DeviceChoice } from '../../devices/device-choices.js';
import { resolveOptions } from '../../evaluate/options.js';
import type { SmallInceptionSpec } from '../../networks/architectures/small-inception.js';
import type { NetworkCard } from '../../networks/cards/card.js';
import { checkName } from '../../networks/store/store.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { lockBeside } from '../../storage/locks/lock.js';
import { makeFolder } from '../../storage/make-folder.js';
import { writeWhole } from '../../storage/write-whole.js';
import { chooseBackend } from '../backend/choose-backend.js';
import { tfjsVersion } from '../backend/tfjs-version.js';
import type { BackendChoice } from '../backend/training-backend.js';
import { readCheckpoint } from '../loop/checkpoint.js';
import { withTrainingLock } from '../loop/training-lock.js';
import { digestOf } from '../pictures/labeled-set.js';
import { runClassifierTraining } from './classifier-task.js';
import { readTrainingPictures } from './data/training-pictures.js';
import { normalizationOf } from './network/whitening.js';
import { PRESETS, type PresetName, TRAINING_DEFAULTS } from './presets.js';
import type { Recipe } from './recipe.js';
import { finishNetwork } from './result/finish-network.js';
import { scoreWithNetwork } from './result/own-scores.js';
import { makeCard, withScores } from './result/trained-card.js';

const MS_PER_MINUTE = 60_000;

/** Kernels that not every backend of tfjs has. */
const KERNELS = ['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'AvgPoolGrad'];

/** Numbers of a preset's recipe that a caller may set. */
export type RecipeChanges = Partial<Pick<Recipe, 'epochs' | 'batchSize'>> & {
  /** Height and width of the network's input in pixels. */
  readonly inputSize?: number;
};

/** How `trainClassifier` trains. */
export interface TrainClassifierOptions {
  /** The .onnx file to write; its card `<name>.json` is written beside it. */
  readonly out: string;
  /** Network and recipe. @default 'inception-cifar10' */
  readonly preset?: PresetName;
  /** Folder of class folders, or a CSV of path,label. @default the data set of the preset */
  readonly pictures?: string;
  /** Other labeled pictures that the finished network is measured on. @default a tenth of `pictures` */
  readonly test?: string;
  /** Numbers that differ from the preset's. */
  readonly recipe?: RecipeChanges;
  /** Integer in [0, 2^32). @default 2020 */
  readonly seed?: number;
  /** What tfjs computes with. @default 'auto' */
  readonly backend?: BackendChoice;
  /** Where ONNX Runtime computes. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of ONNX Runtime. @default all cores */
  readonly threads?: number;
  /** File for the state of the run. @default `<out without .onnx>.checkpoint` */
  readonly checkpoint?: string;
  /** Minutes from one checkpoint to the next. @default 5 */
  readonly checkpointMinutes?: number;
  /** Resume from the checkpoint, if there is one. @default false */
  readonly resume?: boolean;
  /** JSON lines of losses and accuracies. @default `<out without .onnx>.log.jsonl` */
  readonly log?: string;
  /** Folder with the official files of the preset's data set, in place of a download. */
  readonly dataDir?: string;
  /** Folder of the cache. @default the user's cache folder */
  readonly cacheDir?: string;
}

/** What `trainClassifier` wrote. */
export interface TrainedClassifier {
  /** Of the .onnx file. */
  readonly path: string;
  /** How it is fed and read, what it is, and what its numbers may be compared with. */
  readonly card: NetworkCard;
}

/**
 * Trains a small Inception network on labeled pictures, and writes it as ONNX with a card: an evaluator for pictures that are unlike
 * ImageNet's.
 *
 * @remarks
 * A run that was stopped and resumed gives the same bytes as one that was not, on the same backend with the same number of threads.
 *
 * @param options where the network goes, pictures, recipe and more
 * @param hooks signal, progress and notes
 * @returns the path of the .onnx file, and its card
 * @throws {UsageError} for options that do not fit each other
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {NetworkError} if the training diverges, or if the backend or the checkpoint cannot be used
 * @throws {StorageError} if a file cannot be written
 * @throws the reason of `hooks.signal` if it is aborted, after a checkpoint was written
 *
 * @example
 * ```ts
 * const { path } = await trainClassifier({ pictures: 'scans/', out: 'scans.onnx' });
 * await score({ samples: 'samples/', reference: 'scans/', model: path });
 * ```
 */
export async function trainClassifier(
  options: TrainClassifierOptions,
  hooks: RunHooks = {},
): Promise<TrainedClassifier> {
  const { device: deviceOption, seed: seedOption, threads } = options;
  const { seed, device } = resolveOptions({ seed: seedOption, device: deviceOption, threads });
  const wanted = { ...TRAINING_DEFAULTS, ...omitUndefined(options) };
  const { stem, name } = namesOf(wanted.out);
  const checkpoint = options.checkpoint ?? `${stem}.checkpoint`;
  const paths = { stem, checkpoint, log: options.log ?? `${stem}.log.jsonl` };
  for (const path of [wanted.out, paths.checkpoint, paths.log]) await makeFolderOf(path);
  const place = { where: `with the checkpoint ${checkpoint}`, instead: 'another --checkpoint', checkpoint };
  return withTrainingLock(lockBeside(checkpoint), place, async (requirePlace) => {
    if (!wanted.resume) await mustNotExist(checkpoint);
    return train({ name, wanted, seed, device, paths, requirePlace }, hooks);
  });
}

/** A run, and where its files are. */
interface ClassifierRun {
  readonly name: string;
  readonly wanted: TrainClassifierOptions &
    Required<Pick<TrainClassifierOptions, keyof typeof TRAINING_DEFAULTS>>;
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly paths: { readonly stem: string; readonly checkpoint: string; readonly log: string };
  /** Throws if another process has taken the run over. */
  readonly requirePlace: () => Promise<void>;
}

async function train(
  { name, wanted, seed, device, paths, requirePlace }: ClassifierRun,
  hooks: RunHooks,
): Promise<TrainedClassifier> {
  const { out, preset, checkpointMinutes, resume = false, threads } = wanted;
  const recipe = changeRecipe(PRESETS[preset].recipe, wanted.recipe ?? {});
  const backend = await chooseBackend(wanted.backend, { device, threads, kernels: KERNELS });
  const { dataset } = PRESETS[preset];
  const choice = { ...wanted, dataset, seed, cacheDir: cacheFolder(wanted.cacheDir) };
  const pictures = await readTrainingPictures(choice, recipe.network, hooks);
  const { train, validation, test } = pictures;
  const digests = { train: digestOf(train), keptBack: digestOf(validation) };
  const spec: SmallInceptionSpec = { ...recipe.network, classes: train.classNames.length };
  const normalization = normalizationOf(train);
  const run = { device, threads, signal: hooks.signal };
  hooks.onNote?.(
    `Training on ${train.count} pictures of ${spec.classes} classes with tfjs's ${backend.name} backend; ${validation.count} are kept back, ${test.count} to test on.`,
  );
  const { network, steps, seconds } = await runClassifierTraining(
    {
      spec,
      recipe,
      seed,
      train,
      validation,
      normalization,
      backend,
      run,
      checkpoint: {
        path: paths.checkpoint,
        everyMs: checkpointMinutes * MS_PER_MINUTE,
        identity: { recipe: JSON.stringify(recipe), pictures: JSON.stringify(digests), seed: String(seed) },
        resume,
      },
      logPath: paths.log,
      requirePlace,
    },
    hooks,
  );
  const finished = await finishNetwork(network, { validation, test, normalization }, run);
  const card = makeCard({
    name,
    spec,
    normalization,
    finished,
    classNames: train.classNames,
    sha256: createHash('sha256').update(finished.model).digest('hex'),
    license: pictures.license,
    training: {
      data: pictures.trainSource,
      digests,
      pictures: train.count,
      keptBack: validation.count,
      recipe,
      seed,
      steps,
      seconds: Math.round(seconds),
      backend: backend.name,
      versions: { ...(await versionsOfMakers()), '@tensorflow/tfjs-core': tfjsVersion() },
      date: new Date().toISOString().slice(0, 10),
    },
    heldOut: { data: pictures.testSource, digest: digestOf(test), pictures: test.count },
  });
  const scores = await scoreWithNetwork({ model: finished.model, card }, test, run, hooks);
  const scored = withScores(card, scores);
  const guard = { beforeReplace: requirePlace };
  await writeWhole(out, finished.model, guard);
  await writeWhole(`${paths.stem}.json`, `${JSON.stringify(scored, null, 2)}\n`, guard);
  return { path: out, card: scored };
}

function namesOf(out: string): { stem: string; name: string } {
  if (extname(out) !== '.onnx') {
    throw new UsageError(`The network goes to a file that ends in .onnx, not to ${JSON.stringify(out)}.`);
  }
  const name = basename(out, '.onnx');
  checkName(name);
  return { stem: out.slice(0, -'.onnx'.length), name };
}

/** Protects the checkpoint of a stopped run from a new run. */
async function mustNotExist(checkpoint: string): Promise<void> {
  const found = await readCheckpoint(checkpoint);
  if (!found) return;
  throw new UsageError(
    `There is a checkpoint ${checkpoint} of step ${found.progress.step}: resume it with --resume, or remove it.`,
  );
}

/** Makes folders before a long run, so that it does not fail for a missing one at its end. */
async function makeFolderOf(path: string): Promise<void> {
  await guardStorage(dirname(path), () => makeFolder(dirname(path)));
}

function changeRecipe(recipe: Recipe, { inputSize, ...changes }: RecipeChanges): Recipe {
  // An explicit number of epochs is exact.
  const minSteps = changes.epochs === undefined ? recipe.minSteps : 0;
  const network = { ...recipe.network, size: inputSize ?? recipe.network.size };
  return { ...recipe, ...omitUndefined(changes), minSteps, network };
}
