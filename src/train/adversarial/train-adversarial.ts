import { UsageError } from '../../core/errors.js';
import { omitUndefined } from '../../core/omit-undefined.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { versionsOfMakers } from '../../core/versions.js';
import type { TrainingRecord } from '../../documents/training.js';
import { resolveOptions } from '../../evaluate/options.js';
import { cacheFolder } from '../../features/cache.js';
import { listKnownNetworks } from '../../networks/known-networks.js';
import type { DeviceChoice } from '../../onnx/devices.js';
import { chooseBackend } from '../backend/choose-backend.js';
import { tfjsVersion } from '../backend/tfjs-version.js';
import type { BackendChoice, TrainingBackend } from '../backend/training-backend.js';
import { TRAINING_DEFAULTS } from './defaults.js';
import { type FamilyName, loadFamily } from './families.js';
import { makeRecord, type RecordFacts } from './make-record.js';
import { type OpenedPictures, openRunPictures } from './open-pictures.js';
import { type RunLength, type RunPlace, runAdversarial } from './run.js';
import { type RunPaths, withRunFolder } from './run-folder.js';
import { describeGrid } from './sample-grid.js';
import { SampleScoring } from './score-samples.js';
import type { Family, GanPreset } from './trainer.js';

const MS_PER_MINUTE = 60_000;

export interface TrainAdversarialOptions {
  /** The run's folder. */
  readonly out: string;
  /** @default the family's first */
  readonly preset?: string;
  /** Folder or manifest; the preset's data set if there is none. */
  readonly pictures?: string;
  /** Settings that differ from the preset's. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Length of the run in steps, or times through the pictures. @default the preset's epochs */
  readonly steps?: number;
  readonly epochs?: number;
  /** Integer in [0, 2^32); the default is that of a score. */
  readonly seed?: number;
  /** @default TRAINING_DEFAULTS.backend */
  readonly backend?: BackendChoice;
  /** The default is that of a score. */
  readonly device?: DeviceChoice;
  readonly threads?: number;
  /** Go on from the folder's checkpoint, if there is one. */
  readonly resume?: boolean;
  /** @default TRAINING_DEFAULTS.checkpointMinutes */
  readonly checkpointMinutes?: number;
  /** Steps from one grid of samples to the next. @default TRAINING_DEFAULTS.gridEvery */
  readonly gridEvery?: number;
  /** Steps from one score of samples to the next. @default no scores */
  readonly evalEvery?: number;
  /** Samples of a score. @default TRAINING_DEFAULTS.evalSamples */
  readonly evalSamples?: number;
  /** Classes to train on, by name. @default all */
  readonly classes?: readonly string[];
  /** Other pictures, which no step sees. */
  readonly test?: string;
  /** Folder with the official files of the preset's data set, in place of a download. */
  readonly dataDir?: string;
  readonly cacheDir?: string;
}

export interface TrainingHooks extends RunHooks {
  /** Told what is known of the run after samples were scored, when it is stopped and when it ends; not called where nobody asks. */
  readonly onRecord?: (record: TrainingRecord, paths: RunPaths) => Promise<void>;
}

/** How a run ended. */
export interface TrainedGan {
  readonly folder: string;
  readonly checkpoint: string;
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Trains a paper's GAN into a folder: checkpoint, log, grids of samples. A run that was stopped and resumed leaves the bytes of one that ran
 * through, on the same backend with as many threads.
 *
 * Throws UsageError, ImagesError, NetworkError or StorageError, each one sentence that says what to do. Aborted, it writes a checkpoint and
 * throws the signal's reason.
 */
export async function trainAdversarial(
  name: FamilyName,
  options: TrainAdversarialOptions,
  hooks: TrainingHooks = {},
): Promise<TrainedGan> {
  return trainFamily(await loadFamily(name), options, hooks);
}

/** As `trainAdversarial`, for a family that has no name here. */
export async function trainFamily(
  family: Family<unknown>,
  options: TrainAdversarialOptions,
  hooks: TrainingHooks = {},
): Promise<TrainedGan> {
  const { out, resume = false } = options;
  const run = resolveRun(family, options);
  return withRunFolder(out, resume, async (paths) => {
    const backend = await chooseBackend(run.backend, { device: run.device, threads: options.threads });
    const pictures = await openRunPictures({ ...options, ...run.choice }, run.preset, hooks);
    try {
      return await trainOn(family, run, { backend, paths, pictures }, options, hooks);
    } finally {
      await pictures.train.close();
    }
  });
}

/** What a run is, from the options and the preset. */
function resolveRun(family: Family<unknown>, options: TrainAdversarialOptions) {
  const { device: deviceOption, seed: seedOption, threads } = options;
  const { seed, device } = resolveOptions({ seed: seedOption, device: deviceOption, threads });
  const presetName = options.preset ?? Object.keys(family.presets)[0];
  const preset = findPreset(family, presetName);
  const { dataset, trainingPictures } = preset;
  const { backend, checkpointMinutes, gridEvery, evalSamples } = {
    ...TRAINING_DEFAULTS,
    ...omitUndefined(options),
  };
  return {
    ...{ seed, device, backend, presetName, preset, gridEvery, evalSamples },
    checkpointMs: checkpointMinutes * MS_PER_MINUTE,
    settings: changeSettings(family, preset, options.settings ?? {}),
    length: lengthOf(options, preset),
    choice: { dataset, trainingPictures, preset: presetName, cacheDir: cacheFolder(options.cacheDir) },
  };
}

type ResolvedRun = ReturnType<typeof resolveRun>;

interface Ready {
  readonly backend: TrainingBackend;
  readonly paths: RunPaths;
  readonly pictures: OpenedPictures;
}

async function trainOn(
  family: Family<unknown>,
  run: ResolvedRun,
  ready: Ready,
  options: TrainAdversarialOptions,
  hooks: TrainingHooks,
): Promise<TrainedGan> {
  const { seed, settings, length, gridEvery, checkpointMs } = run;
  const { backend, paths } = ready;
  const { train, openTest } = ready.pictures;
  const trainer = family.create(settings, train.form, seed, train.labels);
  const scoring = new SampleScoring(
    {
      ...{ trainer, pictures: train, openTest, seed, samples: run.evalSamples, device: run.device },
      ...{ threads: options.threads, cacheDir: options.cacheDir, model: await scoringModel(run, options) },
    },
    hooks,
  );
  const { onRecord } = hooks;
  const facts = await factsOf(family, run, ready, trainer.conditional);
  try {
    hooks.onNote?.(
      `Training on ${train.count} pictures, ${train.source}, with tfjs's ${backend.name} backend.`,
    );
    const { steps, seconds } = await runAdversarial(
      {
        ...{ trainer, pictures: train, seed, length, backend, paths, gridEvery, checkpointMs },
        identity: {
          family: family.name,
          settings: JSON.stringify(settings),
          form: JSON.stringify(train.form),
          pictures: train.digest,
          seed: String(seed),
        },
        resume: options.resume ?? false,
        ...(options.evalEvery !== undefined && {
          scoring: { every: options.evalEvery, score: (step: number) => scoring.score(step) },
        }),
      },
      {
        ...hooks,
        ...(onRecord && {
          onPause: async (place: RunPlace) =>
            onRecord(await makeRecord(paths, { ...facts, ...place }), paths),
        }),
      },
    );
    return { folder: paths.folder, checkpoint: paths.checkpoint, steps, seconds };
  } finally {
    await scoring.close();
    trainer.dispose();
  }
}

/** The network that was made for the data set, if it is there, which is quick; else the one that `score` takes. */
async function scoringModel(
  { preset: { dataset } }: ResolvedRun,
  { pictures }: TrainAdversarialOptions,
): Promise<string> {
  const own = `inception-${dataset}`;
  const isKnown = async () => (await listKnownNetworks()).some(({ card }) => card.name === own);
  return pictures === undefined && (await isKnown()) ? own : 'auto';
}

async function factsOf(
  family: Family<unknown>,
  { presetName, settings, seed }: ResolvedRun,
  { backend, pictures: { train } }: Ready,
  conditional: boolean,
): Promise<Omit<RecordFacts, keyof RunPlace>> {
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
      ...Object.entries({ ...(await versionsOfMakers()), '@tensorflow/tfjs-core': tfjsVersion() }),
    ],
    warnings: [],
    gridLayout: describeGrid(conditional),
  };
}

function findPreset(family: Family<unknown>, name: string): GanPreset<unknown> {
  const preset = family.presets[name];
  if (preset) return preset;
  throw new UsageError(
    `There is no preset ${JSON.stringify(name)}: train ${family.name} has ${Object.keys(family.presets).join(', ')}.`,
  );
}

/** The preset's settings with those that the caller gave. Throws UsageError naming the first that is wrong. */
function changeSettings(
  family: Family<unknown>,
  preset: GanPreset<unknown>,
  changes: Readonly<Record<string, unknown>>,
): unknown {
  const parsed = family.settings.safeParse({ ...(preset.settings as object), ...omitUndefined(changes) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`The setting ${issue.path.join('.') || '(unknown)'} is wrong: ${issue.message}.`);
}

function lengthOf({ steps, epochs }: TrainAdversarialOptions, preset: GanPreset<unknown>): RunLength {
  if (steps !== undefined && epochs !== undefined) {
    throw new UsageError('--steps and --epochs both say how long to train: give one of them.');
  }
  return steps !== undefined ? { steps } : { epochs: epochs ?? preset.epochs };
}
