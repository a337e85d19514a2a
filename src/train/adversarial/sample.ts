import { UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { resolveOptions } from '../../evaluate/options.js';
import type { DeviceChoice } from '../../onnx/devices.js';
import { chooseBackend } from '../backend/choose-backend.js';
import type { BackendChoice } from '../backend/training-backend.js';
import { TRAINING_DEFAULTS } from './defaults.js';
import { drawChunk, SAMPLES_AT_ONCE, type SamplePlan } from './draw-samples.js';
import { type OpenGenerator, openGenerator, readRunCheckpoint } from './open-generator.js';
import { mustBeFree, type SampleStream, writeSampleArrays, writeSampleFolder } from './write-samples.js';

export interface SampleOptions {
  /** How many. */
  readonly count: number;
  /** Folder for PNG files, or a file that ends in .npz. */
  readonly out: string;
  /** Classes to draw, by name, in turn. @default all, where the generator takes classes */
  readonly classes?: readonly string[];
  /** Integer in [0, 2^32). @default the run's, whose scores saw these samples */
  readonly seed?: number;
  /** @default TRAINING_DEFAULTS.backend */
  readonly backend?: BackendChoice;
  /** The default is that of a score. */
  readonly device?: DeviceChoice;
  readonly threads?: number;
}

/** What was drawn. */
export interface DrawnSamples {
  readonly path: string;
  readonly count: number;
  readonly seed: number;
  /** Steps that the generator was trained for. */
  readonly step: number;
  /** None where the generator takes no classes. */
  readonly classes: readonly string[];
}

/**
 * Draws samples from a trained GAN. Sample i follows from the checkpoint, the seed and its class alone, and is the same bytes in a folder, in an array
 * and in the scores of the training.
 *
 * @param run the folder of a run, or a checkpoint
 * Throws UsageError, NetworkError or StorageError, each one sentence that says what to do; the signal's reason if it is aborted. Nothing
 * half-written keeps its name.
 */
export async function sample(
  run: string,
  options: SampleOptions,
  hooks: RunHooks = {},
): Promise<DrawnSamples> {
  const { out, count } = options;
  const asArrays = out.endsWith('.npz');
  if (!asArrays) await mustBeFree(out);
  const checkpoint = await readRunCheckpoint(run);
  const { seed: seedOption, threads } = options;
  const { seed: checkedSeed, device } = resolveOptions({ seed: seedOption, device: options.device, threads });
  await chooseBackend(options.backend ?? TRAINING_DEFAULTS.backend, { device, threads });
  const generator = await openGenerator(run, checkpoint);
  try {
    const { trainer, form, step } = generator;
    const seed = seedOption === undefined ? generator.seed : checkedSeed;
    const classes = chooseClasses(generator, options.classes, run);
    const plan = { seed, classes: Int32Array.from(classes, (name) => form.classNames.indexOf(name)) };
    const write = asArrays ? writeSampleArrays : writeSampleFolder;
    await write(out, streamOf(generator, plan, count, hooks));
    return { path: out, count, seed, step, classes: trainer.conditional ? classes : [] };
  } finally {
    generator.trainer.dispose();
  }
}

/** The chunks of a plan, with progress, until the signal is aborted. */
export function streamOf(
  { trainer, form }: Pick<OpenGenerator, 'trainer' | 'form'>,
  plan: SamplePlan,
  count: number,
  { signal, onProgress }: RunHooks,
): SampleStream {
  return {
    form,
    conditional: trainer.conditional,
    count,
    async *chunks() {
      for (let first = 0; first < count; first += SAMPLES_AT_ONCE) {
        signal?.throwIfAborted();
        yield await drawChunk(trainer, plan, first / SAMPLES_AT_ONCE);
        const done = Math.min(count, first + SAMPLES_AT_ONCE);
        onProgress?.({ stage: 'draw', label: 'Drawing samples', done, total: count, unit: 'pictures' });
      }
      signal?.throwIfAborted();
    },
  };
}

/** Throws UsageError for classes that the generator doesn't know. */
function chooseClasses(
  { trainer, form: { classNames } }: OpenGenerator,
  classes: readonly string[] | undefined,
  run: string,
): readonly string[] {
  if (!classes) return classNames;
  if (!trainer.conditional) {
    throw new UsageError(
      `--class needs a generator that takes classes, and that of ${run} takes none: leave it out.`,
    );
  }
  const unknown = classes.find((name) => !classNames.includes(name));
  if (unknown === undefined) return classes;
  throw new UsageError(
    `--class names ${JSON.stringify(unknown)}, which the generator does not know: it has ${classNames.join(', ')}.`,
  );
}
