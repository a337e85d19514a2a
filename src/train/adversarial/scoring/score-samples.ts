import type { RunHooks } from '../../../core/run-hooks.js';
import type { DeviceChoice } from '../../../devices/device-choices.js';
import type { MetricEntry } from '../../../documents/result.js';
import type { ScoreInput } from '../../../evaluate/input.js';
import { score } from '../../../evaluate/score.js';
import type { ImageSource } from '../../../images/image-source.js';
import { inspectOnce } from '../../../images/inspect-once.js';
import type { Consistency } from '../../conditions/consistency.js';
import { rngFor } from '../../loop/rng-for.js';
import type { LogLine } from '../../loop/training-log.js';
import type { LabeledSet } from '../../pictures/labeled-set.js';
import { sourceOf } from '../../pictures/picture-source.js';
import { judgeSamples } from '../conditions/consistency-judge.js';
import { ConsistencyProbe, type ProbedConsistency } from '../conditions/consistency-probe.js';
import { drawSamples, planOfAll, type SamplePlan } from '../draw-samples.js';
import { RNG_STREAMS } from '../rng-streams.js';
import type { RunPictures } from '../run-pictures.js';
import type { MeasurePictures, Trainer } from '../trainer.js';
import { FeaturesNotFiniteError } from './extract-features.js';
import type { ScoringNetworks } from './scoring-networks.js';

/** What any samples are scored by, and what needs their classes. */
const METRICS = ['is', 'fid'] as const;
const METRICS_OF_CLASSES = ['accuracy', 'msssim'] as const;
/** What tells a collapse of samples without classes, for which there is no MS-SSIM. */
const METRICS_OF_COLLAPSE = ['recall'] as const;
/** Real pictures that samples are compared with, where there are so many. */
const MAX_REFERENCES = 10_000;
/** Of them in memory. */
const MAX_REFERENCE_BYTES = 2 ** 29;

export interface ScoringSettings {
  readonly trainer: Trainer;
  /** What the run trains on; the reference is drawn from it. */
  readonly pictures: RunPictures;
  /** Pictures that no step sees, for what the trainer measures itself. */
  readonly openTest?: () => Promise<RunPictures>;
  /** Pictures that no step sees, without labels, for what the trainer measures itself. */
  readonly validation?: RunPictures;
  readonly seed: number;
  /** Samples of a score. */
  readonly samples: number;
  /** Those of every score. */
  readonly networks: ScoringNetworks;
  /** Whether a collapse must be seen. */
  readonly isWatched?: boolean;
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly cacheDir?: string;
}

/** Scores a generator's samples in memory, as `ganeval score` would score them in a folder. */
export class SampleScoring {
  readonly #settings: ScoringSettings;
  readonly #hooks: RunHooks;
  readonly #options: Omit<ScoreInput, 'samples'>;
  readonly #reported = new Set<string>();
  #reference: ImageSource | undefined;
  #test: RunPictures | undefined;
  #probe: ConsistencyProbe | undefined;

  constructor(settings: ScoringSettings, hooks: RunHooks) {
    const { seed, networks, device, threads, cacheDir, trainer, isWatched = false } = settings;
    const metricsOfClasses = METRICS_OF_CLASSES.filter((id) => id !== 'accuracy' || networks.hasClassifier);
    this.#settings = settings;
    this.#hooks = hooks;
    this.#options = {
      ...networks.options,
      seed,
      device,
      threads,
      cacheDir,
      metrics: [
        ...METRICS,
        ...(trainer.conditional ? metricsOfClasses : isWatched ? METRICS_OF_COLLAPSE : []),
      ],
      resolutions: [],
    };
  }

  /** Lines of the log for the generator as it is. */
  async score(step: number): Promise<LogLine[]> {
    return [
      ...(await this.#scoreSamples(step)),
      ...(await this.#validate(step)),
      ...(await this.#measure(step)),
    ];
  }

  async close(): Promise<void> {
    await this.#probe?.close();
    await this.#test?.close();
  }

  async #scoreSamples(step: number): Promise<LogLine[]> {
    const { trainer, pictures, seed, samples } = this.#settings;
    const plan = planOfAll(pictures.form, seed, pictures.pool);
    // What the engine says of its work it would say at every score.
    const hooks = { ...this.#hooks, onNote: undefined };
    const set = await drawSamples(trainer, pictures.form, plan, samples);
    this.#reference ??= await this.#readReference();
    const samplesAtStep = sourceOf(set, `samples at step ${step}`);
    const { metrics } = await score(
      { ...this.#options, samples: samplesAtStep, reference: this.#reference },
      hooks,
    );
    for (const entry of metrics) this.#reportReason(entry);
    return [
      ...metrics.flatMap((entry) => linesOf(step, entry)),
      ...(await judgeSamples(trainer, plan, set)).map((each) => consistencyLine(step, each)),
      ...(await this.#probeSamples(step, plan, set)),
    ];
  }

  async #probeSamples(step: number, plan: SamplePlan, set: LabeledSet): Promise<LogLine[]> {
    const { trainer, pictures, networks, seed, device, threads } = this.#settings;
    const { conditions } = pictures.form;
    if (!conditions) return [];
    this.#probe ??= new ConsistencyProbe(await networks.openModel(), conditions, pictures, {
      ...{ seed, device, threads },
    });
    try {
      const seen = await this.#probe.judge(trainer, plan, set, { ...this.#hooks, onNote: undefined });
      return seen.map((each) => probeLine(step, each));
    } catch (error) {
      if (!(error instanceof FeaturesNotFiniteError)) throw error;
      this.#reportOnce(`probe ${error.message}`, `No consistency by a probe: ${error.message}`);
      return [];
    }
  }

  /** Pictures of the training set, the same ones all through a run, with labels only if samples have them. */
  async #readReference(): Promise<ImageSource> {
    const { pictures, seed, trainer } = this.#settings;
    const { form, count } = pictures;
    const bytes = form.size ** 2 * 3;
    const limit = Math.min(MAX_REFERENCES, Math.floor(MAX_REFERENCE_BYTES / bytes));
    const rows = rngFor(seed, RNG_STREAMS.reference).permutation(count).subarray(0, limit).slice().sort();
    const batch = await pictures.read(rows);
    const classNames = trainer.conditional ? form.classNames : [];
    const set: LabeledSet = { ...form, ...batch, classNames, count: rows.length };
    // The cache keeps its features, and it is hashed once: later scores only read what they need of it.
    return inspectOnce(sourceOf(set, pictures.source));
  }

  async #measure(step: number): Promise<LogLine[]> {
    const { trainer, openTest } = this.#settings;
    if (!trainer.measure || !openTest) return [];
    this.#test ??= await openTest();
    return measureLines(step, await trainer.measure(batchesOf(this.#test)));
  }

  async #validate(step: number): Promise<LogLine[]> {
    const { trainer, validation } = this.#settings;
    if (!trainer.validate || !validation) return [];
    return measureLines(step, await trainer.validate(batchesOf(validation)));
  }

  #reportReason(entry: MetricEntry): void {
    if (entry.status === 'ok') return;
    this.#reportOnce(entry.id, `No ${entry.title} of the ${entry.subject}: ${entry.reason}`);
  }

  #reportOnce(what: string, sentence: string): void {
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    this.#hooks.onNote?.(sentence);
  }
}

/** A line for the metric, and one for each class that has a value. */
function linesOf(step: number, entry: MetricEntry): LogLine[] {
  if (entry.status !== 'ok') return [];
  const { id, title, subject, unit, perClass = [] } = entry;
  const head = { step, kind: 'metric', name: id, title, unit, subject };
  const ofClasses = perClass.flatMap(({ class: name, value, se, interval, n }) =>
    value === null ? [] : [{ ...head, class: name, ...logValuesOf({ value, se, interval, n }) }],
  );
  return [{ ...head, ...logValuesOf(entry) }, ...ofClasses];
}

function measureLines(step: number, values: Readonly<Record<string, number>>): LogLine[] {
  return Object.entries(values).map(([name, value]) => ({ step, kind: 'measure', name, value }));
}

function consistencyLine(step: number, { name, ...numbers }: Consistency): LogLine {
  return {
    step,
    kind: 'measure',
    name: `consistency:${name}`,
    title: `Consistency of ${name}, by the discriminator's own head`,
    ...numbers,
  };
}

function probeLine(step: number, { name, ...numbers }: ProbedConsistency): LogLine {
  return {
    step,
    kind: 'measure',
    name: `probe:${name}`,
    title: `Consistency of ${name}, by a probe on the network's features`,
    ...numbers,
  };
}

interface Numbers {
  readonly value: number;
  readonly std?: number;
  readonly se?: number;
  readonly interval?: { readonly low: number; readonly high: number };
  readonly n: number;
}

function logValuesOf({ value, std, se, interval, n }: Numbers): Record<string, number> {
  return {
    value,
    ...(std !== undefined && { std }),
    ...(se !== undefined && { se }),
    ...(interval && { low: interval.low, high: interval.high }),
    n,
  };
}

function batchesOf(pictures: RunPictures): MeasurePictures {
  return {
    count: pictures.count,
    async *batches(size) {
      for (let from = 0; from < pictures.count; from += size) {
        const length = Math.min(size, pictures.count - from);
        yield await pictures.read(Int32Array.from({ length }, (_, i) => from + i));
      }
    },
  };
}
