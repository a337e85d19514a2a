import { UsageError } from '../core/errors.js';
import { noteOnce } from '../core/note-once.js';
import type { RunHooks } from '../core/run-hooks.js';
import { withFeatureStore } from '../features/feature-store.js';
import type { ShardStore } from '../features/shard-store.js';
import { isPictureNpz } from '../images/forms/npz.js';
import type { ImageSource } from '../images/image-source.js';
import { type PictureReading, statedReading } from '../images/picture-reading.js';
import { requireNetworks } from './further-networks.js';
import { refuseOtherThings } from './guidance/explain-path.js';
import type { PictureInput, ScoreInput } from './input.js';
import { refuseUnreadValidation } from './metric-requests.js';
import {
  type GeneratorForm,
  generatorFormOf,
  openGeneratorPictures,
  refuseGeneratorOptions,
} from './opening/generator-options.js';
import { isNameOfPictures, type OpenedPictures, openPictures } from './opening/open-pictures.js';
import { type OpeningOptions, openingOf, refuseSetOptions } from './opening/opening-options.js';
import { readingOf } from './opening/reading-options.js';
import { resolveOptions } from './options.js';
import { inspectPictures, type PictureSet } from './picture-set.js';
import { makePlan, type Plan } from './plan.js';
import { explainEnvironment } from './precision/exact-device.js';
import type { LastingReference } from './reference/lasting-reference.js';
import {
  holdsStatistics,
  isPickle,
  type NamedStatistics,
  readStatistics,
} from './statistics/statistics-file.js';

const UNUSED_STATISTICS =
  'The file of the samples holds a mean and a covariance beside its pictures, which are not used: samples are scored by their pictures.';

/** A run that is planned and has a place for its features. */
export interface Run {
  readonly plan: Plan;
  readonly store: ShardStore;
  /** Where the features of the samples are kept, if elsewhere. */
  readonly samplesStore?: ShardStore;
  /** The reference, where other runs with the same options have it, too; `store` then outlives them all. */
  readonly lasting?: LastingReference;
  readonly startedAt: Date;
  readonly hooks: RunHooks;
}

/** Plans a run over its opened pictures and calls `use`; closes what it opened when that ends. */
export async function withRun<T>(
  input: ScoreInput,
  hooks: RunHooks,
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const startedAt = new Date();
  const once = noteOnce(hooks);
  return withPlan(input, once, (plan) =>
    withFeatureStore(plan.options, once, (store) => use({ plan, store, startedAt, hooks: once })),
  );
}

/** As `withRun`, without a place for features. */
export async function withPlan<T>(
  { samples, reference, validation, ...rest }: ScoreInput,
  hooks: RunHooks,
  use: (plan: Plan) => Promise<T>,
): Promise<T> {
  const options = resolveOptions(rest);
  if (options.features) {
    throw new UsageError(
      'Option features goes with a score, statistics and a gate of whole files: features have no pictures to run, to show or to divide.',
    );
  }
  if (validation !== undefined) refuseUnreadValidation(options);
  await requireNetworks(options);
  return withInputs(options, hooks, async (inputs) => {
    const set = await inputs.read('samples', samples);
    const real = await inputs.readReference(reference);
    const heldOut = await inputs.readReference(validation, 'validation');
    return use(await makePlan(options, set, real, { validation: heldOut }));
  });
}

/** Gives `use` what reads the pictures of a run, and closes all that was opened when that ends. */
export async function withInputs<T>(
  options: OpeningOptions,
  hooks: RunHooks,
  use: (inputs: RunInputs) => Promise<T>,
): Promise<T> {
  const note = explainEnvironment(options);
  if (note !== undefined) hooks.onNote?.(note);
  const inputs = new RunInputs(options, hooks);
  try {
    return await use(inputs);
  } finally {
    await inputs.close();
  }
}

/** The pictures that a run reads. */
export class RunInputs {
  readonly #options: OpeningOptions;
  readonly #hooks: RunHooks;
  readonly #opened: OpenedPictures[] = [];

  constructor(options: OpeningOptions, hooks: RunHooks) {
    this.#options = options;
    this.#hooks = hooks;
  }

  /**
   * Opens pictures, unless they are open, and reads every file once.
   *
   * @throws {UsageError} for what is neither a path nor a source
   */
  async read(role: PictureSet['role'], input: PictureInput): Promise<PictureSet> {
    const set = await inspectPictures(role, await this.#open(role, input), this.#hooks);
    // Evaluation batches of the field hold a part of the pictures, and mean and covariance of all.
    if (typeof input !== 'string' || !(await holdsStatistics(input))) return set;
    if (role === 'samples') return { ...set, warnings: [UNUSED_STATISTICS] };
    return { ...set, statistics: { ...(await readStatistics(input)), name: input } };
  }

  /** As `read`, for a reference or a validation set, which may be the path of a statistics file or absent. */
  async readReference(
    reference: PictureInput | undefined,
    role: 'reference' | 'validation' = 'reference',
  ): Promise<PictureSet | NamedStatistics | undefined> {
    const refuse = (reason: string) => refuseSetOptions(role, this.#options, reason);
    if (reference === undefined) {
      refuse(
        role === 'reference'
          ? 'needs a reference: name one with --reference'
          : 'needs a validation set: name one with --validation',
      );
      return undefined;
    }
    if (typeof reference === 'string' && !isNameOfPictures(reference))
      await refuseOtherThings(role, reference);
    if (
      typeof reference === 'string' &&
      (isPickle(reference) || (await this.#isStatisticsArchive(reference)))
    ) {
      refuse(`goes with pictures, and ${reference} holds statistics: leave it out`);
      return { ...(await readStatistics(reference)), name: reference };
    }
    return this.read(role, reference);
  }

  /** Whether a path is that of an `.npz` without pictures; of one that can't be read, `readStatistics` says why. */
  async #isStatisticsArchive(path: string): Promise<boolean> {
    const { referenceArray } = this.#options;
    return path.endsWith('.npz') && !(await isPictureNpz(path, referenceArray).catch(() => false));
  }

  /** Closes what was opened here. */
  async close(): Promise<void> {
    await Promise.all(this.#opened.map(({ close }) => close()));
  }

  async #open(role: PictureSet['role'], input: PictureInput): Promise<ImageSource> {
    if (typeof input !== 'string') {
      mustBeSource(role, input);
      refuseReading(role, readingOf(this.#options, role));
      refuseSetOptions(role, this.#options, `goes with the path of the ${role}: open the source with it`);
      if (role === 'samples') refuseGeneratorOptions(this.#options);
      return input;
    }
    const form = isNameOfPictures(input) ? undefined : await generatorFormOf(input);
    if (form) return this.#openGenerator(role, input, form);
    if (role === 'samples') refuseGeneratorOptions(this.#options);
    if (!isNameOfPictures(input)) await refuseOtherThings(role, input);
    const opened = await openPictures(input, openingOf(role, this.#options), {
      cacheDir: this.#options.cacheDir,
      signal: this.#hooks.signal,
    });
    this.#opened.push(opened);
    return opened.source;
  }

  async #openGenerator(role: PictureSet['role'], path: string, form: GeneratorForm): Promise<ImageSource> {
    if (role !== 'samples') {
      const what = role === 'reference' ? 'The reference' : 'The validation set';
      throw new UsageError(`${what} ${path} is a generator or a network: give real pictures with --${role}.`);
    }
    const source = await openGeneratorPictures(path, form, this.#options);
    this.#opened.push({ source, close: () => source.close() });
    return source;
  }
}

/** A source is open already: how it is read was said then. */
function refuseReading(role: PictureSet['role'], reading: PictureReading): void {
  const [stated] = Object.keys(statedReading(reading) ?? {});
  if (stated === undefined) return;
  throw new UsageError(`Option ${stated} goes with the path of the ${role}: open the source with it.`);
}

function mustBeSource(role: PictureSet['role'], input: unknown): void {
  if (typeof input === 'object' && input !== null && 'pictures' in input && 'entries' in input) return;
  throw new UsageError(
    `The ${role} ${role === 'samples' ? 'are' : 'is'} neither a path nor a source of pictures: give a path, or what openImages gives.`,
  );
}
