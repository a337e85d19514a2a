import { tidy } from '@tensorflow/tfjs-core';
import type { RunHooks } from '../../core/run-hooks.js';
import type { SampleChunk, SampleStream } from '../../generators/write-samples.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { AskedConditions } from '../conditions/asked-conditions.js';
import { sideFilesOf, textsFile } from '../conditions/side-files.js';
import { rngFor } from '../loop/rng-for.js';
import type { LabeledSet } from '../pictures/labeled-set.js';
import { type ConditionPool, drawConditions } from './conditions/condition-pool.js';
import { RNG_STREAMS } from './rng-streams.js';
import type { Latents, PictureForm, Trainer } from './trainer.js';

/**
 * Samples are always drawn so many at a time: a graph for another number of rows might round differently, and a sample must have the
 * same bytes wherever it is drawn.
 */
export const SAMPLES_AT_ONCE = 100;

/** Which samples are drawn. Sample i follows from the generator, the seed and its class alone. */
export interface SamplePlan {
  /** Integer in [0, 2^32). */
  readonly seed: number;
  /** Sample i is of class `classes[i % classes.length]`, where the generator takes classes. */
  readonly classes: Int32Array;
  /** Conditions that samples are drawn with, where the generator takes conditions. */
  readonly pool?: ConditionPool;
  /** What samples are asked to have, in place of what is drawn. @default nothing */
  readonly asked?: AskedConditions;
}

/** Every class of the form, in turn, with conditions of the pool. */
export function planOfAll({ classNames }: PictureForm, seed: number, pool?: ConditionPool): SamplePlan {
  return { seed, classes: Int32Array.from(classNames.keys()), ...(pool && { pool }) };
}

/** SAMPLES_AT_ONCE samples, from sample SAMPLES_AT_ONCE·chunk on. */
export async function drawChunk(trainer: Trainer, plan: SamplePlan, chunk: number): Promise<SampleChunk> {
  const latents = latentsOf(trainer, plan, chunk);
  return {
    pixels: await drawPixels(trainer, latents),
    labels: latents.classes ?? new Int32Array(SAMPLES_AT_ONCE),
    ...(latents.conditions && { conditions: latents.conditions }),
  };
}

/**
 * Latents of a chunk, with its classes where the generator takes them.
 *
 * @param stream which of the random streams z is drawn by
 */
export function latentsOf(
  trainer: Trainer,
  plan: SamplePlan,
  chunk: number,
  stream: number = RNG_STREAMS.samples,
): Latents {
  const rng = new Xoshiro(rngFor(plan.seed, stream, chunk).uint32());
  return { z: trainer.drawLatents(SAMPLES_AT_ONCE, rng), ...wantedOf(trainer, plan, chunk) };
}

/** What the samples of a chunk shall be: their classes and conditions, where the generator takes them. */
function wantedOf(
  { conditional }: Trainer,
  { seed, classes, pool, asked }: SamplePlan,
  chunk: number,
): Omit<Latents, 'z'> {
  const [first, count] = [chunk * SAMPLES_AT_ONCE, SAMPLES_AT_ONCE];
  const own = conditional
    ? { classes: Int32Array.from({ length: count }, (_, i) => classes[(first + i) % classes.length]) }
    : {};
  if (!pool) return own;
  return { ...own, conditions: drawConditions(pool, { ...own, seed, chunk, first, count, asked }) };
}

/** The chunks of a plan, with progress, until the signal is aborted. */
export function streamOf(
  { trainer, form }: { readonly trainer: Trainer; readonly form: PictureForm },
  plan: SamplePlan,
  count: number,
  { signal, onProgress }: RunHooks,
): SampleStream {
  return {
    form: { ...form, height: form.size, width: form.size },
    conditional: trainer.conditional,
    count,
    ...filesOf(plan, form.size, count),
    signal,
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

function filesOf(
  { pool, asked }: SamplePlan,
  size: number,
  count: number,
): Pick<SampleStream, 'conditionWidth' | 'sideFiles'> {
  if (!pool) return {};
  const { conditionWidth, sideFiles = [] } = sideFilesOf(pool.form, { size, count });
  return {
    conditionWidth,
    sideFiles: asked?.textOf ? [...sideFiles, textsFile(asked.textOf)] : sideFiles,
  };
}

/** The first `count` samples of a plan in memory, with labels if the generator takes classes. */
export async function drawSamples(
  trainer: Trainer,
  { size, channels, classNames }: PictureForm,
  plan: SamplePlan,
  count: number,
): Promise<LabeledSet> {
  const bytes = size * size * channels;
  const pixels = new Uint8Array(count * bytes);
  const labels = new Int32Array(count);
  for (let first = 0; first < count; first += SAMPLES_AT_ONCE) {
    const chunk = await drawChunk(trainer, plan, first / SAMPLES_AT_ONCE);
    const kept = Math.min(SAMPLES_AT_ONCE, count - first);
    pixels.set(chunk.pixels.subarray(0, kept * bytes), first * bytes);
    labels.set(chunk.labels.subarray(0, kept), first);
  }
  return { count, size, channels, pixels, labels, classNames: trainer.conditional ? classNames : [] };
}

/** Pictures of latents: uint8 [n, size, size, channels], rounded to the nearest and clipped to 0–255. */
export async function drawPixels(trainer: Trainer, latents: Latents): Promise<Uint8Array> {
  return toBytes(await drawValues(trainer, latents));
}

/** Values from 0 to 255, rounded to the nearest and clipped. */
export function toBytes(values: Float32Array): Uint8Array {
  return new Uint8Array(Uint8ClampedArray.from(values).buffer);
}

/** What the generator makes of latents: float32 [n, size, size, channels] on 0–255, neither rounded nor clipped. */
export async function drawValues(trainer: Trainer, latents: Latents): Promise<Float32Array> {
  const made = tidy(() => trainer.generate(latents));
  try {
    return Float32Array.from(await made.data());
  } finally {
    made.dispose();
  }
}
