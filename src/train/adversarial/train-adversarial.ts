import type { RunHooks } from '../../evaluate/events.js';
import { resolveOptions, UsageError } from '../../evaluate/options.js';
import { cacheFolder } from '../../features/cache.js';
import type { DeviceChoice } from '../../onnx/devices.js';
import type { Checkpoint } from '../checkpoint.js';
import { chooseBackend } from '../choose-backend.js';
import type { BackendChoice } from '../training-backend.js';
import { TRAINING_DEFAULTS } from './defaults.js';
import { type FamilyName, loadFamily } from './families.js';
import { openRunPictures } from './open-pictures.js';
import { type RunLength, runAdversarial } from './run.js';
import { withRunFolder } from './run-folder.js';
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
  /** Classes to train on, by name. @default all */
  readonly classes?: readonly string[];
  /** Other pictures, which no step sees. */
  readonly test?: string;
  /** Folder with the official files of the preset's data set, in place of a download. */
  readonly dataDir?: string;
  readonly cacheDir?: string;
}

/** How a run ended. */
export interface TrainedGan {
  readonly folder: string;
  readonly checkpoint: string;
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Trains a paper's GAN into a folder: checkpoint, log, grids of samples.
 *
 * Throws UsageError, ImagesError, NetworkError or StorageError, each one sentence that says what to do. Aborted, it writes a checkpoint and
 * throws the signal's reason.
 */
export async function trainAdversarial(
  name: FamilyName,
  options: TrainAdversarialOptions,
  hooks: RunHooks = {},
): Promise<TrainedGan> {
  return trainFamily(await loadFamily(name), options, hooks);
}

/** As `trainAdversarial`, for a family that has no name here. */
export async function trainFamily(
  family: Family<unknown>,
  options: TrainAdversarialOptions,
  hooks: RunHooks = {},
): Promise<TrainedGan> {
  const { out, device: deviceOption, seed: seedOption, threads, resume = false } = options;
  const { seed, device } = resolveOptions({ seed: seedOption, device: deviceOption, threads });
  const {
    backend: backendChoice,
    checkpointMinutes,
    gridEvery,
  } = { ...TRAINING_DEFAULTS, ...given(options) };
  const presetName = options.preset ?? Object.keys(family.presets)[0];
  const preset = findPreset(family, presetName);
  const settings = changeSettings(family, preset, options.settings ?? {});
  const length = lengthOf(options, preset);
  return withRunFolder(out, resume, async (paths) => {
    const backend = await chooseBackend(backendChoice, { device, threads });
    const choice = {
      ...options,
      ...{ dataset: preset.dataset, trainingPictures: preset.trainingPictures, preset: presetName },
      cacheDir: cacheFolder(options.cacheDir),
    };
    const { train } = await openRunPictures(choice, preset, hooks);
    try {
      const trainer = family.create(settings, train.form, seed, train.labels);
      try {
        const identity: Checkpoint['identity'] = {
          family: family.name,
          settings: JSON.stringify(settings),
          form: JSON.stringify(train.form),
          pictures: train.digest,
          seed: String(seed),
        };
        hooks.onNote?.(
          `Training on ${train.count} pictures of ${train.source} with tfjs's ${backend.name} backend.`,
        );
        const { steps, seconds } = await runAdversarial(
          {
            ...{ trainer, pictures: train, seed, length, backend, paths, identity, resume, gridEvery },
            checkpointMs: checkpointMinutes * MS_PER_MINUTE,
          },
          hooks,
        );
        return { folder: out, checkpoint: paths.checkpoint, steps, seconds };
      } finally {
        trainer.dispose();
      }
    } finally {
      await train.close();
    }
  });
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
  const parsed = family.settings.safeParse({ ...(preset.settings as object), ...given(changes) });
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

/** Without what is undefined, which would hide a default. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
