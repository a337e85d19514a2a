import { UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { DeviceChoice } from '../devices/device-choices.js';
import { resolveOptions } from '../evaluate/options.js';
import { requireFreeFolder, writeSampleArrays, writeSampleFolder } from '../generators/write-samples.js';
import { ConsistencyJudge } from './adversarial/conditions/consistency-judge.js';
import { TRAINING_DEFAULTS } from './adversarial/defaults.js';
import { type SamplePlan, streamOf } from './adversarial/draw-samples.js';
import { type OpenGenerator, openGenerator, readRunCheckpoint } from './adversarial/open-generator.js';
import type { Family } from './adversarial/trainer.js';
import { chooseBackend } from './backend/choose-backend.js';
import type { BackendChoice } from './backend/training-backend.js';
import { readAskedConditions } from './conditions/asked-conditions.js';
import type { AskedFiles } from './conditions/condition-files.js';
import type { Consistency } from './conditions/consistency.js';
import { findFamily } from './families.js';
import { isPlan } from './plans/plan-folder.js';
import { samplePlan } from './sample-plan.js';

/** How `sample` draws. */
export interface SampleOptions {
  /** How many samples. */
  readonly count: number;
  /** New folder for PNG files (a sub-folder for each class), or a file that ends in .npz. */
  readonly out: string;
  /** Classes to draw, by name, in turn. @default all, where the generator takes classes */
  readonly classes?: readonly string[];
  /** What samples shall have beside their class, by row. @default the conditions of training pictures, drawn at random */
  readonly conditions?: AskedFiles;
  /** Integer in [0, 2^32). @default the seed of the run, which gives the samples that its scores saw */
  readonly seed?: number;
  /** What tfjs computes with. @default 'auto' */
  readonly backend?: BackendChoice;
  /** Where ONNX Runtime computes. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of ONNX Runtime. @default all cores */
  readonly threads?: number;
  /** Of a plan: draws from groups that are not finished, too, as far as they are trained. @default false */
  readonly unfinished?: boolean;
  /** Of a plan that has models of different numbers of classes: which of them. */
  readonly classesPerModel?: number;
  /** The family of the run, if it is one of your own. @default the paper's GAN that the checkpoint names */
  readonly family?: Family<unknown>;
}

/** What `sample` drew. */
export interface DrawnSamples {
  /** The folder or the file. */
  readonly path: string;
  /** How many samples. */
  readonly count: number;
  /** The seed that they were drawn with. */
  readonly seed: number;
  /** Steps that the generator was trained for; of a plan, the fewest of its groups. */
  readonly step: number;
  /** Classes that were drawn; none where the generator takes no classes. */
  readonly classes: readonly string[];
  /** How many groups of a plan they were drawn from; absent for a run. */
  readonly groups?: number;
  /** How far the samples have the conditions that they were drawn with, as the discriminator's own head sees them; empty without conditions. */
  readonly consistency: readonly Consistency[];
}

/**
 * Draws samples from a trained GAN.
 *
 * @remarks
 * Sample i follows from the checkpoint, the seed and its class alone. Its bytes are the same in a folder, in an array, and in the
 * scores of the training.
 *
 * @param run the folder of a run of `trainGan`, or its checkpoint; or the folder of a plan, whose groups' samples make one set
 * @param options how many samples, of which classes, and where they go. A folder gets PNG files `<class>/00042.png`, or
 *   `00042.png` without classes. An .npz file gets `arr_0` uint8 [count, size, size, 3], 0–255, and `arr_1` int32 [count], the
 *   class indices, if there are classes. Conditions stand in files beside the pictures, such as `attributes.csv`, or as `conditions` float32
 *   [count, width] in the .npz file
 * @param hooks signal and progress
 * @returns where the samples are, and what they are
 * @throws {UsageError} if the folder is not empty, if the run has no checkpoint, or for classes or conditions that the generator does not know
 * @throws {ImagesError} if a file of conditions can't be read
 * @throws {NetworkError} if the checkpoint is damaged or of networks that this version does not make
 * @throws {StorageError} if the samples cannot be written; nothing incomplete keeps its name
 * @throws the reason of `hooks.signal` if it is aborted
 *
 * @example
 * ```ts
 * await sample('runs/first', { count: 50_000, out: 'samples.npz' });
 * ```
 */
export async function sample(
  run: string,
  options: SampleOptions,
  hooks: RunHooks = {},
): Promise<DrawnSamples> {
  const { out, count, seed: seedOption, threads, family, conditions = {} } = options;
  const asArrays = out.endsWith('.npz');
  if (!asArrays) await requireFreeFolder(out);
  if (await isPlan(run)) return samplePlan(run, options, hooks);
  refusePlanOptions(run, options);
  const checkpoint = await readRunCheckpoint(run);
  const { seed: checkedSeed, device } = resolveOptions({ seed: seedOption, device: options.device, threads });
  await chooseBackend(options.backend ?? TRAINING_DEFAULTS.backend, { device, threads });
  const load = async (name: string) => (family && family.name === name ? family : findFamily(name));
  const generator = await openGenerator(run, checkpoint, load);
  try {
    const { trainer, form, step } = generator;
    const seed = seedOption === undefined ? generator.seed : checkedSeed;
    const classes = chooseClasses(generator, options.classes, run);
    const plan: SamplePlan = {
      seed,
      classes: Int32Array.from(classes, (name) => form.classNames.indexOf(name)),
      pool: generator.pool,
      asked: await readAskedConditions(conditions, form, { run, device, threads }, hooks),
    };
    const write = asArrays ? writeSampleArrays : writeSampleFolder;
    const judge = new ConsistencyJudge(trainer, plan, count);
    await write(out, judge.watch(streamOf(generator, plan, count, hooks)));
    const drawn = trainer.conditional ? classes : [];
    return { path: out, count, seed, step, classes: drawn, consistency: judge.measure() };
  } finally {
    generator.trainer.dispose();
  }
}

/** @throws {UsageError} for what only a plan has */
function refusePlanOptions(run: string, { unfinished, classesPerModel }: SampleOptions): void {
  if (!unfinished && classesPerModel === undefined) return;
  const flag = unfinished ? '--unfinished' : '--classes-per-model';
  throw new UsageError(`${flag} goes with the folder of a plan, and ${run} is a run: leave it out.`);
}

/** @throws {UsageError} for classes that the generator does not know */
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
