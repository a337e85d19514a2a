import { join } from 'node:path';
import { GanevalError, ImagesError, NetworkError, UsageError } from '../core/errors.js';
import { KeptOpen } from '../core/lease.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { EvaluationResult } from '../documents/result.js';
import { evaluatePlan } from '../evaluate/evaluate-plan.js';
import type { ScoreInput } from '../evaluate/input.js';
import { withRun } from '../evaluate/open-run.js';
import { namesOfNumbers } from '../evaluate/opening/numbered-classes.js';
import { type OpenedPictures, openPictures } from '../evaluate/opening/open-pictures.js';
import { openingOf } from '../evaluate/opening/opening-options.js';
import { resolveOptions, type ScoreOptions } from '../evaluate/options.js';
import { LastingReference } from '../evaluate/reference/lasting-reference.js';
import { withFeatureStore } from '../features/feature-store.js';
import { ShardStore } from '../features/shard-store.js';
import type { ImageSource } from '../images/image-source.js';
import { inspectOnce } from '../images/inspect-once.js';
import { needsReference } from '../metrics/facts.js';
import { findMetric } from '../metrics/registry.js';
import { openTemporaryFolder } from '../storage/temporary-folder.js';
import type { SetOutcome } from './make-line.js';
import { nameClasses } from './name-classes.js';
import type { GridClasses, GridLayout } from './sets/grid.js';
import { openGrid } from './sets/open-grid.js';
import type { FoundSet } from './sets/set-watch.js';

/** Metrics that need nothing, and those that need a reference or classes; what a set lacks for one is said once. */
export const DEFAULT_METRICS = ['is', 'accuracy', 'msssim', 'fid', 'precision', 'recall'] as const;

/** How sets are scored. */
export interface ScoringOptions {
  readonly folder: string;
  /** As `score` takes them; the reference is opened once. */
  readonly score: ScoreOptions;
  readonly grid?: GridLayout;
  readonly gridClasses?: GridClasses;
}

/** Options that only a generator takes. */
const OF_GENERATORS = ['sampleCount', 'latent', 'generatorClasses', 'classDraw', 'save'] as const;
/** Options that only pictures at a path take. */
const OF_PATHS = ['labels', 'labelColumn', 'split', 'limit', 'array', 'layout', 'bitDepth', 'range'] as const;
/** Options that a reference takes which is opened here. */
const OF_REFERENCES = [
  'referenceLabels',
  'referenceLabelColumn',
  'referenceSplit',
  'referenceLimit',
  'referenceArray',
  'referenceLayout',
  'referenceBitDepth',
  'referenceRange',
] as const;
/** Files of statistics, or of pictures and statistics, which the engine tells apart. */
const PERHAPS_STATISTICS = /\.(npz|pkl)$/i;

/** What may be tried again, as the set may have been half written. */
export class PerhapsUnfinished extends Error {
  override readonly name = 'PerhapsUnfinished';

  constructor(readonly reason: string) {
    super(reason);
  }
}

/** Scores sets one after the other against a reference that is read once. */
export class SetScoring {
  readonly #lasting = new LastingReference();
  /** Sessions and decoders, from one set to the next. */
  readonly #kept = new KeptOpen();
  #reference: ImageSource | string | undefined;
  #opened: OpenedPictures | undefined;
  /** With `cache: false`: where the features of the reference stay as long as the watch. */
  #ownStore: { readonly store: ShardStore; readonly close: () => Promise<void> } | undefined;

  private constructor(
    private readonly options: ScoringOptions,
    private readonly hooks: RunHooks,
  ) {}

  /**
   * Opens the reference.
   *
   * @throws {UsageError} for options that make no sense
   * @throws {ImagesError} for a reference that can't be used
   */
  static async open(options: ScoringOptions, hooks: RunHooks): Promise<SetScoring> {
    const scoring = new SetScoring(options, hooks);
    const resolved = resolveOptions(options.score);
    refuseMisfit(options);
    const { reference, cacheDir } = resolved;
    if (reference === undefined || PERHAPS_STATISTICS.test(reference)) {
      scoring.#reference = reference;
      return scoring;
    }
    const opening = openingOf('reference', resolved);
    scoring.#opened = await openPictures(reference, opening, { cacheDir, signal: hooks.signal });
    scoring.#reference = inspectOnce(scoring.#opened.source);
    return scoring;
  }

  async close(): Promise<void> {
    await this.#kept.close();
    await this.#opened?.close();
    await this.#ownStore?.close();
  }

  /**
   * Scores a set.
   *
   * @param isFirst whether no set was scored yet: options that fit no set are then told from a set that fits none
   * @throws {PerhapsUnfinished} for a set that can't be read; what it says is final if the set stays as it is
   * @throws {UsageError}, {NetworkError} or {StorageError} for what is no matter of this set
   */
  async score(set: FoundSet, isFirst: boolean): Promise<SetOutcome> {
    try {
      const result = await this.#score(set);
      return { result: { ...result, warnings: result.warnings.map((text) => this.#named(text, set)) } };
    } catch (error) {
      if (!(error instanceof GanevalError)) throw error;
      if (
        error instanceof ImagesError ||
        (error as { cause?: NodeJS.ErrnoException }).cause?.code === 'ENOENT'
      )
        throw new PerhapsUnfinished(this.#named(error.message, set));
      if (error instanceof NetworkError && set.form === 'generator')
        throw new PerhapsUnfinished(this.#named(error.message, set));
      if (error instanceof UsageError && !isFirst) return { reason: this.#named(error.message, set) };
      throw error;
    }
  }

  /** What is written down says the same wherever the folder is. */
  #named(text: string, { name }: FoundSet): string {
    return text.replaceAll(join(this.options.folder, name), name);
  }

  async #score(set: FoundSet): Promise<EvaluationResult> {
    const { folder, score: own, grid, gridClasses } = this.options;
    const path = join(folder, set.name);
    const isGrid = set.form === 'grid' && grid !== undefined;
    const left = [
      ...(set.form === 'generator' ? [] : OF_GENERATORS),
      ...(isGrid ? OF_PATHS : []),
      ...(this.#opened ? OF_REFERENCES : []),
    ];
    const metrics = own.metrics ?? [...DEFAULT_METRICS];
    const options = without({ ...own, metrics, resolutions: own.resolutions ?? [] }, left);
    const samples = isGrid
      ? await openGrid(path, set.name, grid, { ...pickReading(own), classes: gridClasses })
      : path;
    const input = { ...options, samples, reference: this.#reference } as ScoreInput;
    // A set is scored once: its features would only fill the cache.
    const once = { cache: false };
    const { hooks } = this;
    const lasting = this.#lasting;
    return this.#kept.during(() =>
      withRun(input, hooks, async (run) => {
        const store = run.plan.options.cache ? run.store : await this.#openOwnStore();
        return withFeatureStore(once, hooks, async (samplesStore) => {
          const { result } = await evaluatePlan({ ...run, store, samplesStore, lasting });
          return nameClasses(result, run.plan, await namesOfNumbers(run.plan.options));
        });
      }),
    );
  }

  async #openOwnStore(): Promise<ShardStore> {
    if (!this.#ownStore) {
      const { path, close } = await openTemporaryFolder();
      this.#ownStore = { store: new ShardStore(path), close };
    }
    return this.#ownStore.store;
  }
}

function pickReading({ alpha, pixelLimit }: ScoreOptions) {
  return { ...(alpha && { alpha }), ...(pixelLimit && { pixelLimit }) };
}

function without(options: ScoreOptions, keys: readonly string[]): Partial<ScoreOptions> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !keys.includes(key)));
}

/** @throws {UsageError} for options of which one can't be heeded beside the other */
function refuseMisfit({ score: own, grid, gridClasses }: ScoringOptions): void {
  const unread = (own.metrics ?? []).find((id) => {
    const metric = findMetric(id);
    return metric && needsReference(metric);
  });
  if (unread !== undefined && own.reference === undefined)
    throw new UsageError(`${unread} in --metrics needs a reference: name one with --reference.`);
  if (gridClasses && !grid) throw new UsageError('--grid-classes goes with --grid: say how large grids are.');
  if (!grid) return;
  const stated = OF_PATHS.find((key) => own[key] !== undefined);
  if (stated === undefined) return;
  throw new UsageError(`Option ${stated} goes with sets that are no grids: leave it or --grid out.`);
}
