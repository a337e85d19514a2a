import { ImagesError, UsageError } from '../../core/errors.js';
import { omitUndefined } from '../../core/omit-undefined.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { versionsOfMakers } from '../../core/versions.js';
import { INVERSION_SCHEMA, type Inversion, type InvertedSet } from '../../documents/trained/inversion.js';
import { jsonText } from '../../escape/json-text.js';
import { writeWhole } from '../../storage/write-whole.js';
import { refuseLargeStep } from '../adversarial/create-trainer.js';
import type { OpenGenerator } from '../adversarial/open-generator.js';
import { openNamedPictures } from '../adversarial/open-pictures.js';
import type { RunPictures } from '../adversarial/run-pictures.js';
import { tfjsVersion } from '../backend/tfjs-version.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import { readCheckpoint, type StoredCheckpoint } from '../loop/checkpoint.js';
import { rngFor } from '../loop/rng-for.js';
import { runTraining } from '../loop/run-training.js';
import { type ChosenClasses, chooseClasses } from './choose-classes.js';
import { InferenceTask } from './inference-task.js';
import { type InversionPaths, setPaths, withInversionFolder } from './inversion-folder.js';
import { INVERSION_STREAMS } from './inversion-streams.js';
import { INVERSION_DEFAULTS, type InvertOptions } from './invert-options.js';
import type { InvertibleTrainer } from './optimize-latents.js';
import { type Inverted, type Inverter, reconstruct } from './reconstruct.js';
import { measureGap, summarizeErrors, warnOfInversion } from './summarize.js';
import { encodeReconstructions, writeLatents } from './write-set.js';

const MS_PER_MINUTE = 60_000;
const { level } = INVERSION_DEFAULTS;

/** The generator of a run, with what it was read from. */
export interface InvertedRun {
  /** As the user named it. */
  readonly name: string;
  readonly checkpoint: StoredCheckpoint;
  readonly opened: OpenGenerator;
  readonly backend: TrainingBackend;
}

/** What is inverted with what; settings are complete. */
type Settings = Required<
  Pick<
    InvertOptions,
    'count' | 'networkSteps' | 'batchSize' | 'networkRate' | 'units' | 'steps' | 'rate' | 'starts'
  >
> & { readonly seed: number };

/** Trains the inference network, inverts each set, and writes what was found; see `invert`. */
export async function runInversion(
  run: InvertedRun,
  options: InvertOptions & { readonly seed: number; readonly cacheDir: string },
  hooks: RunHooks,
): Promise<Inversion> {
  const { trainer, form } = run.opened;
  if (form.conditions) {
    throw new UsageError(
      `The generator of ${run.name} takes conditions beside classes, which are not known of pictures here: name a run that was trained without any.`,
    );
  }
  if (!isInvertible(trainer)) {
    throw new UsageError(
      `The generator of ${run.name} has no function of latents that gradients go through: its trainer needs generateFrom to be inverted.`,
    );
  }
  const settings: Settings = { ...INVERSION_DEFAULTS, ...omitUndefined(options) };
  refuseLargeStep(settings.batchSize, form);
  if (settings.count < 2) {
    throw new UsageError('-n 1 inverts one picture, of which no error can be estimated: give 2 or more.');
  }
  const sets = await openSets(run, options, hooks);
  try {
    const { out, resume = false } = options;
    return await withInversionFolder(out, resume, async (paths, requirePlace) => {
      await refuseOtherNetwork(paths, run, settings);
      const network = new InferenceTask(trainer, form, {
        seed: settings.seed,
        steps: settings.networkSteps,
        batchSize: settings.batchSize,
        rate: settings.networkRate,
        units: settings.units,
      });
      try {
        await trainNetwork(network, { run, options, settings, paths, requirePlace }, hooks);
        const inverter: Inverter = {
          trainer,
          form,
          backend: run.backend,
          network,
          descent: { steps: settings.steps, rate: settings.rate },
          starts: settings.starts,
          seed: settings.seed,
        };
        return await invertSets(sets, { run, settings, paths, requirePlace, inverter }, hooks);
      } finally {
        network.dispose();
      }
    });
  } finally {
    for (const { pictures } of sets) await pictures.close();
  }
}

function isInvertible(trainer: OpenGenerator['trainer']): trainer is InvertibleTrainer {
  return trainer.generateFrom !== undefined;
}

/** @throws {UsageError} for an inference network of another generator, or one that was trained for more steps */
async function refuseOtherNetwork(
  { network }: InversionPaths,
  { name, checkpoint }: InvertedRun,
  { networkSteps }: Settings,
): Promise<void> {
  const found = await readCheckpoint(network);
  if (!found) return;
  const of = found.identity.generator;
  const { step } = found.progress;
  if (of === checkpoint.sha256 && step <= networkSteps) return;
  if (of === checkpoint.sha256) {
    throw new UsageError(
      `The inference network ${network} was trained for ${step} steps, more than the ${networkSteps} that are asked for: give --network-steps ${step} or more, or name another folder with -o.`,
    );
  }
  throw new UsageError(
    of === undefined
      ? `${network} is no inference network: name another folder with -o.`
      : `The inference network ${network} was trained for another generator (its checkpoint has SHA-256 ${of.slice(0, 12)}…, that of ${name} has ${checkpoint.sha256.slice(0, 12)}…): name another folder with -o, or the run that it was trained for.`,
  );
}

interface OpenedSet {
  readonly role: InvertedSet['role'];
  readonly name: string;
  readonly pictures: RunPictures;
  readonly classes: ChosenClasses;
}

async function openSets(
  { opened }: InvertedRun,
  options: InvertOptions & { readonly cacheDir: string },
  hooks: RunHooks,
): Promise<OpenedSet[]> {
  const wanted = [
    { role: 'pictures', name: options.pictures },
    ...(options.training === undefined ? [] : [{ role: 'training', name: options.training } as const]),
  ] as const;
  const sets: OpenedSet[] = [];
  try {
    for (const { role, name } of wanted) {
      const pictures = await openNamedPictures(name, options, opened.form, hooks);
      sets.push({ role, name, pictures, classes: chooseClasses(opened, pictures.form, options) });
      if (pictures.count < 2) {
        throw new ImagesError(
          `${name} has one picture, of which no error can be estimated: name two or more.`,
        );
      }
    }
    return sets;
  } catch (error) {
    for (const { pictures } of sets) await pictures.close();
    throw error;
  }
}

interface Work {
  readonly run: InvertedRun;
  readonly settings: Settings;
  readonly paths: InversionPaths;
  readonly requirePlace: () => Promise<void>;
}

async function trainNetwork(
  network: InferenceTask,
  {
    run: { checkpoint, backend },
    options,
    settings,
    paths,
    requirePlace,
  }: Work & { readonly options: InvertOptions },
  hooks: RunHooks,
): Promise<void> {
  const { batchSize, networkRate, units, seed } = settings;
  const { checkpointMinutes = INVERSION_DEFAULTS.checkpointMinutes } = options;
  hooks.onNote?.(
    `Training an inference network on samples of the generator, with tfjs's ${backend.name} backend.`,
  );
  await runTraining(
    network,
    {
      backend,
      logPath: paths.log,
      requirePlace,
      checkpoint: {
        path: paths.network,
        everyMs: checkpointMinutes * MS_PER_MINUTE,
        identity: {
          generator: checkpoint.sha256,
          settings: JSON.stringify({ batchSize, rate: networkRate, units }),
          seed: String(seed),
        },
        resume: options.resume ?? false,
        option: '-o',
      },
    },
    hooks,
  );
}

async function invertSets(
  sets: readonly OpenedSet[],
  work: Work & { readonly inverter: Inverter },
  hooks: RunHooks,
): Promise<Inversion> {
  const { run, settings, paths, requirePlace } = work;
  const found: { readonly set: InvertedSet; readonly inverted: Inverted }[] = [];
  for (const [i, { role, name, pictures, classes: chosen }] of sets.entries()) {
    const rows = drawRows(pictures.count, settings, i);
    const batch = await pictures.read(rows);
    const classes = chosen.ofLabel && batch.labels.map(chosen.ofLabel);
    const inverted = await reconstruct(work.inverter, batch, classes, {
      ...hooks,
      label: `Inverting ${name}`,
    });
    const { grid, latents } = setPaths(paths, role);
    await requirePlace();
    await writeWhole(grid, await encodeReconstructions(batch.pixels, inverted, run.opened.form));
    await writeLatents(latents, rows, inverted);
    const set: InvertedSet = {
      role,
      source: name,
      available: pictures.count,
      n: rows.length,
      isTrainingSet: pictures.digest === run.checkpoint.identity.pictures,
      classesFrom: chosen.from,
      ...summarizeErrors(inverted, level),
    };
    found.push({ set, inverted });
  }
  const result = await describe(work, found);
  await requirePlace();
  await writeWhole(paths.result, jsonText(result));
  return result;
}

/** Rows of a set, drawn by the seed, in their order. */
function drawRows(available: number, { count, seed }: Settings, set: number): Int32Array {
  const order = rngFor(seed, INVERSION_STREAMS.rows, set).permutation(available);
  return Int32Array.from(order.subarray(0, count)).sort();
}

async function describe(
  { run: { name, checkpoint, opened }, settings }: Work,
  found: readonly { readonly set: InvertedSet; readonly inverted: Inverted }[],
): Promise<Inversion> {
  const [pictures, training] = found;
  const gap = training && measureGap(pictures.inverted, training.inverted, level);
  const { latentWidth, latentBounds } = opened.trainer;
  const sets = found.map(({ set }) => set);
  return {
    schema: INVERSION_SCHEMA,
    generator: {
      run: name,
      sha256: checkpoint.sha256,
      family: checkpoint.identity.family,
      step: opened.step,
      latentWidth,
      latentBounds: latentBounds ? [...latentBounds] : null,
    },
    network: {
      steps: settings.networkSteps,
      batchSize: settings.batchSize,
      rate: settings.networkRate,
      units: settings.units,
    },
    optimization: { steps: settings.steps, rate: settings.rate, starts: settings.starts },
    seed: settings.seed,
    sets: [sets[0], ...sets.slice(1)],
    ...(gap && { gap }),
    warnings: warnOfInversion(sets, gap),
    createdWith: { ...(await versionsOfMakers()), '@tensorflow/tfjs-core': tfjsVersion() },
  };
}
