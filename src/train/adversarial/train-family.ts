import type { RunHooks } from '../../core/run-hooks.js';
import { versionsOfMakers } from '../../core/versions.js';
import type { TrainingRecord } from '../../documents/training.js';
import { chooseBackend } from '../backend/choose-backend.js';
import { tfjsVersion } from '../backend/tfjs-version.js';
import { refuseOtherTower } from '../conditions/texts/tower-form.js';
import { checkIdentity, readCheckpoint } from '../loop/checkpoint.js';
import { runTraining } from '../loop/run-training.js';
import type { RunPlace } from '../loop/training-task.js';
import { AdversarialTask } from './adversarial-task.js';
import { refuseLateMean } from './average-settings.js';
import { refuseUnknownConditions } from './choose-settings.js';
import { refuseUnscored, startResponse } from './collapse/start-response.js';
import { createTrainer } from './create-trainer.js';
import { refuseFeatures, refuseOtherFeatures, withFeatures } from './features/join-features.js';
import { makeRecord, type RecordFacts } from './make-record.js';
import { openRunPictures } from './open-pictures.js';
import { type Run, resolveRun } from './resolve-run.js';
import { type RunPaths, withRunFolder } from './run-folder.js';
import { describeGrid } from './sample-grid.js';
import { SampleScoring } from './scoring/score-samples.js';
import { chooseScoringNetworks, networkOf, type ScoringNetworks } from './scoring/scoring-networks.js';
import type { TrainGanOptions } from './train-options.js';
import type { Family } from './trainer.js';
import { divide, refuseUnvalidated, startEarlyStopping } from './validation/start-validation.js';

/** Hooks of a training run. */
export interface TrainingHooks extends RunHooks {
  /** The command that goes on with a run that was stopped, for messages. @default 'the same command with --resume' */
  readonly continued?: string;
  /**
   * Called with the record of the run after samples were scored, when the run is stopped, and when it ends. `requirePlace` throws if
   * another process has taken the run over: to be called right before something of the run's is replaced.
   */
  readonly onRecord?: (
    record: TrainingRecord,
    paths: RunPaths,
    requirePlace: () => Promise<void>,
  ) => Promise<void>;
}

/** How a run ended. */
export interface TrainedGan {
  readonly folder: string;
  /** Path of the checkpoint. */
  readonly checkpoint: string;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Spent on the run, resumed parts included. */
  readonly seconds: number;
  /** Whether `onCollapse: 'stop'` ended it before its last step. */
  readonly isStopped: boolean;
  /** Whether `stopEarly` ended it before its last step. */
  readonly isEarly: boolean;
}

/** Trains a family's GAN into a folder; see `trainGan`. */
export async function trainFamily(
  family: Family<unknown>,
  options: TrainGanOptions,
  hooks: TrainingHooks = {},
): Promise<TrainedGan> {
  const { out, resume = false } = options;
  refuseUnscored(options);
  refuseUnvalidated(options);
  refuseUnknownConditions(family, options);
  refuseFeatures(family, options);
  const run = resolveRun(family, options);
  return withRunFolder(out, resume, async (paths, requirePlace) => {
    const backend = await chooseBackend(run.backend, { device: run.device, threads: options.threads });
    const opened = await openRunPictures({ ...options, ...run.choice }, run.preset, hooks);
    const divided = await divide(opened, options, run.seed);
    try {
      return await withFeatures(divided.train, options, async (train, giveTo) => {
        const trainer = createTrainer(family, run, train);
        try {
          giveTo(trainer);
          const pictures = { ...divided, train };
          return await trainOn(
            { family, run, options, backend, paths, requirePlace, pictures, trainer },
            hooks,
          );
        } finally {
          trainer.dispose();
        }
      });
    } finally {
      await divided.train.close();
    }
  });
}

async function trainOn(all: Run, hooks: TrainingHooks): Promise<TrainedGan> {
  const { run, options, backend, paths, trainer } = all;
  const { train } = all.pictures;
  const identity = identityOf(all);
  const kept = options.resume ? await readFacts(all, identity) : undefined;
  const { evalEvery } = options;
  const networks = evalEvery === undefined ? undefined : await networksOf(all, kept?.networks);
  const scoring = networks && openScoring(all, networks, hooks);
  const collapse = await startResponse(
    { family: all.family.name, trainer, seed: run.seed, folder: paths.kept, options },
    hooks,
  );
  const earlyStopping = startEarlyStopping({ family: all.family.name, trainer, options }, hooks);
  const task = new AdversarialTask({
    collapse,
    earlyStopping,
    trainer,
    pictures: train,
    seed: run.seed,
    length: run.length,
    paths,
    requirePlace: all.requirePlace,
    gridEvery: run.gridEvery,
    sets: options.setsEvery === undefined ? undefined : { every: options.setsEvery, count: run.evalSamples },
    scoring: scoring && { every: evalEvery as number, score: (step) => scoring.score(step) },
  });
  try {
    refuseLateMean(run.settings, task.steps);
    hooks.onNote?.(
      `Training on ${train.count} pictures, ${train.source}, with tfjs's ${backend.name} backend.`,
    );
    for (const note of networks ? [networks.note, ...networks.warnings] : []) hooks.onNote?.(note);
    const facts = networks ? { ...kept, networks: networks.record } : kept;
    const { steps, seconds } = await runTraining(
      task,
      {
        backend,
        logPath: paths.log,
        requirePlace: all.requirePlace,
        checkpoint: {
          path: paths.checkpoint,
          everyMs: run.checkpointMs,
          identity,
          ...(facts && { facts }),
          resume: options.resume ?? false,
          option: '-o',
          continued: hooks.continued,
        },
      },
      { ...hooks, onPause: await recordWriter(all, networks, hooks) },
    );
    return {
      folder: paths.folder,
      checkpoint: paths.checkpoint,
      steps,
      seconds,
      isStopped: steps < task.steps && !earlyStopping?.isOver,
      isEarly: steps < task.steps && earlyStopping?.isOver === true,
    };
  } finally {
    await task.close();
    await scoring?.close();
  }
}

/** What the run's checkpoint keeps beside its state; undefined where there is none. */
async function readFacts(
  { paths: { folder, checkpoint: path }, pictures: { train } }: Run,
  identity: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>> | undefined> {
  const checkpoint = await readCheckpoint(path);
  if (!checkpoint) return undefined;
  refuseOtherFeatures(folder, checkpoint.identity.form, train.form.features);
  refuseOtherTower(folder, checkpoint.identity.form, train.form.textTower);
  // Another run's networks would be the wrong thing to complain of.
  checkIdentity(path, checkpoint, identity, '-o');
  return checkpoint.facts;
}

async function networksOf(
  { run: { preset }, options, pictures: { train }, trainer: { conditional }, paths }: Run,
  recorded: string | undefined,
): Promise<ScoringNetworks> {
  const { channels, classNames, features } = train.form;
  return chooseScoringNetworks(options, {
    classNames: conditional && classNames.length > 0 ? classNames : undefined,
    haveColor: channels === 3,
    features,
    // The network that was made for the data set is quick.
    preferred: options.pictures === undefined ? networkOf(preset) : undefined,
    recorded,
    folder: paths.folder,
  });
}

function openScoring(
  { trainer, pictures: { train, openTest, validation }, run, options }: Run,
  networks: ScoringNetworks,
  hooks: TrainingHooks,
): SampleScoring {
  return new SampleScoring(
    {
      trainer,
      pictures: train,
      openTest,
      validation,
      seed: run.seed,
      samples: run.evalSamples,
      networks,
      device: run.device,
      threads: options.threads,
      cacheDir: options.cacheDir,
      isWatched: options.onCollapse !== undefined,
    },
    hooks,
  );
}

/** Everything that decides the numbers of a run: `openGenerator` makes the networks again from it. */
function identityOf({ family, run, pictures: { train } }: Run): Readonly<Record<string, string>> {
  return {
    family: family.name,
    settings: JSON.stringify(run.settings),
    form: JSON.stringify(train.form),
    pictures: train.digest,
    seed: String(run.seed),
  };
}

/** What the loop calls at a pause; undefined where nobody asks for records. */
async function recordWriter(
  all: Run,
  networks: ScoringNetworks | undefined,
  { onRecord }: TrainingHooks,
): Promise<((place: RunPlace) => Promise<void>) | undefined> {
  if (!onRecord) return undefined;
  const facts = await factsOf(all, networks);
  return async (place) =>
    onRecord(await makeRecord(all.paths, { ...facts, ...place }), all.paths, all.requirePlace);
}

async function factsOf(
  { family, run: { presetName, settings, seed }, backend, pictures: { train }, trainer }: Run,
  networks: ScoringNetworks | undefined,
): Promise<Omit<RecordFacts, keyof RunPlace>> {
  const { features, textTower } = train.form;
  return {
    title: `${family.title}, preset ${presetName}`,
    family: family.name,
    settings: Object.entries(settings as object).map(([name, value]) => [name, String(value)]),
    form: train.form,
    provenance: [
      ['pictures', `${train.count}, ${train.source}`],
      ['digest of the pictures', train.digest],
      ['seed', String(seed)],
      ['backend of tfjs', backend.name],
      ...(textTower ? [['text tower', textTower.sha256] as const] : []),
      ...(features
        ? [['network of auxiliary features', `${features.network} (${features.sha256})`] as const]
        : []),
      ...(networks?.provenance ?? []),
      ...Object.entries({ ...(await versionsOfMakers()), '@tensorflow/tfjs-core': tfjsVersion() }),
    ],
    warnings: networks?.warnings ?? [],
    gridLayout: describeGrid(trainer.conditional, train.pool !== undefined),
  };
}
