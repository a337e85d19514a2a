import { UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { DeviceChoice } from '../devices/device-choices.js';
import type { ImageSource } from '../images/image-source.js';
import { PARZEN_DEFAULTS } from './defaults.js';
import { computeLogLikelihoods, type ParzenWindows } from './log-likelihoods.js';
import { type DatasetPlace, openPictures } from './open-pictures.js';
import { type ChosenPictures, dimensionsOf, findForm, type PixelForm } from './pixel-rows.js';

/** Powers of ten between which σ is looked for, as in the released code. */
const EXPONENTS = { min: -1, max: 0 };

/** What is estimated, and how. */
export interface ParzenOptions extends DatasetPlace {
  /** Folder, manifest or part of a data set, as `test` and `validation`. */
  readonly samples: string;
  /** Pictures whose log-likelihood is wanted. */
  readonly test: string;
  /** Pictures on which σ is chosen. Give this or `sigma`. */
  readonly validation?: string;
  /** Width of the window on the scale of [0, 1], above 0. Give this or `validation`. */
  readonly sigma?: number;
  /** How many σ are tried, evenly by their logarithm from .1 to 1. @default 10 */
  readonly crossVal?: number;
  /** At most so many samples make the window. @default 10000 */
  readonly numSamples?: number;
  /** Where the window is summed. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of ONNX Runtime. @default all cores */
  readonly threads?: number;
}

/** A mean log-likelihood in nats. */
export interface LogLikelihood {
  /** Nats, with pixels on the scale of [0, 1]. */
  readonly value: number;
  /** Standard error: the standard deviation over pictures by the root of their number. */
  readonly se: number;
  /** Pictures. */
  readonly n: number;
}

/** The estimate and how it came about. */
export interface ParzenResult {
  readonly schema: 'ganeval/parzen@1';
  /** The pictures that make the window: `count` of the `available` ones. */
  readonly samples: { readonly source: string; readonly count: number; readonly available: number };
  /** Height, width and channels of the pictures; `dimensions` is their product, D. */
  readonly form: PixelForm & { readonly dimensions: number };
  /** Width of the window on the scale of [0, 1]. */
  readonly sigma: number;
  /** How σ was chosen; absent if it was given. */
  readonly validation?: {
    readonly source: string;
    readonly curve: readonly (LogLikelihood & { readonly sigma: number })[];
  };
  /** The estimate: mean log-likelihood of the test pictures, in nats. */
  readonly test: LogLikelihood & { readonly source: string };
  /** What a reader should know about the estimate, as half sentences. */
  readonly warnings: readonly string[];
}

/**
 * Estimates the 2014 paper's log-likelihood: a Gaussian Parzen window on samples, whose width is chosen on validation pictures, at the
 * test pictures (Goodfellow et al. 2014, section 5).
 *
 * @param options the pictures, and how the window is chosen
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the mean log-likelihood in nats with its standard error, and how sigma was chosen
 * @throws {UsageError} for options that make no sense
 * @throws {ImagesError} for pictures that are unfit, or a data set that can't be fetched
 * @throws {NetworkError} for a device that cannot run
 * @throws {StorageError} for a cache folder that can't be written
 * @throws the reason of `hooks.signal`, if it is aborted
 * @example
 * const { test } = await estimateParzen({
 *   samples: './samples',
 *   validation: 'mnist:train:50000:60000',
 *   test: 'mnist:test',
 *   cacheDir: './cache',
 * });
 */
export async function estimateParzen(options: ParzenOptions, hooks: RunHooks = {}): Promise<ParzenResult> {
  const { validation, sigma, crossVal = PARZEN_DEFAULTS.crossVal } = options;
  if (sigma === undefined && validation === undefined) {
    throw new UsageError('Give --validation pictures to choose sigma on, or --sigma.');
  }
  if (sigma !== undefined && validation !== undefined) {
    throw new UsageError(
      'Give --validation or --sigma, not both: sigma is chosen on the validation pictures.',
    );
  }
  const opened: ImageSource[] = [];
  const open = async (name: string) => {
    const source = await openPictures(name, options, hooks);
    opened.push(source);
    return source;
  };
  try {
    const samples = chooseSamples(await open(options.samples), options.numSamples);
    const { signal } = hooks;
    const form = await findForm(samples, {
      signal,
      onProgress: progressOf(hooks, `Decoding ${samples.source.name}`, samples.indices.length),
    });
    const measure = (pictures: ChosenPictures, sigmas: readonly number[]) =>
      measureAll({ samples, pictures, form, sigmas }, options, hooks);

    const held = validation === undefined ? undefined : all(await open(validation));
    const test = all(await open(options.test));
    const curve = held && (await measure(held, logarithmicRange(crossVal)));
    const best = curve?.reduce((most, each) => (each.value > most.value ? each : most));
    const chosen = best?.sigma ?? (sigma as number);
    const [{ sigma: _, ...likelihood }] = await measure(test, [chosen]);
    return {
      schema: 'ganeval/parzen@1',
      samples: {
        source: samples.source.name,
        count: samples.indices.length,
        available: samples.source.entries.length,
      },
      form: { ...form, dimensions: dimensionsOf(form) },
      sigma: chosen,
      ...(held && curve && { validation: { source: held.source.name, curve } }),
      test: { source: test.source.name, ...likelihood },
      warnings: best && curve ? warningsOf(curve.indexOf(best), curve.length) : [],
    };
  } finally {
    for (const source of opened) await source.close();
  }
}

/** The first samples; where they have classes, as many of each by taking them at even distances. */
function chooseSamples(source: ImageSource, most: number = PARZEN_DEFAULTS.numSamples): ChosenPictures {
  const available = source.entries.length;
  const count = Math.min(most, available);
  const step = source.classNames ? available / count : 1;
  return { source, indices: Array.from({ length: count }, (_, i) => Math.floor(i * step)) };
}

function all(source: ImageSource): ChosenPictures {
  return { source, indices: [...source.entries.keys()] };
}

/** `count` numbers from .1 to 1, as `numpy.logspace(-1, 0, count)`. */
function logarithmicRange(count: number): number[] {
  const { min, max } = EXPONENTS;
  if (count < 2) return [10 ** min];
  return Array.from({ length: count }, (_, i) => 10 ** (min + (i * (max - min)) / (count - 1)));
}

async function measureAll(
  windows: ParzenWindows,
  { device, threads }: ParzenOptions,
  hooks: RunHooks,
): Promise<(LogLikelihood & { readonly sigma: number })[]> {
  const { pictures, sigmas } = windows;
  const report = progressOf(hooks, `Log-likelihood of ${pictures.source.name}`, pictures.indices.length);
  const perSigma = await computeLogLikelihoods(windows, {
    device,
    threads,
    signal: hooks.signal,
    onProgress: (fraction) => report(Math.round(fraction * pictures.indices.length)),
  });
  return perSigma.map((values, s) => ({ sigma: sigmas[s], ...meanOf(values) }));
}

function meanOf(values: Float64Array): LogLikelihood {
  const n = values.length;
  const value = values.reduce((sum, each) => sum + each, 0) / n;
  const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0);
  return { value, se: Math.sqrt(squares / n / n), n };
}

function progressOf({ onProgress }: RunHooks, label: string, total: number): (done: number) => void {
  return (done) => onProgress?.({ stage: 'metric', label, done, total, unit: 'pictures' });
}

function warningsOf(place: number, count: number): string[] {
  if (place > 0 && place < count - 1) return [];
  const which = place === 0 ? 'smallest' : 'largest';
  return [`sigma is the ${which} that was tried: the best may lie beyond it`];
}
