import { type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { RunHooks } from '../../core/run-hooks.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import { drawValues } from '../adversarial/draw-samples.js';
import type { PictureBatch, PictureForm } from '../adversarial/trainer.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import { rngFor } from '../loop/rng-for.js';
import type { InferenceTask } from './inference-task.js';
import { INVERSION_STREAMS } from './inversion-streams.js';
import { squaredErrors } from './measure-errors.js';
import { type InvertibleTrainer, type LatentDescent, optimizeLatents } from './optimize-latents.js';

/**
 * Pictures are always inverted so many at a time, the last ones with others to fill: a graph for another number of rows might round
 * differently.
 */
export const INVERTED_AT_ONCE = 100;

/** What pictures are inverted with. */
export interface Inverter {
  readonly trainer: InvertibleTrainer;
  readonly form: PictureForm;
  readonly backend: TrainingBackend;
  readonly network: InferenceTask;
  readonly descent: LatentDescent;
  /** Starts of the descent: the network's guess, and others that are drawn. */
  readonly starts: number;
  readonly seed: number;
}

/** Latents of pictures, the pictures that G makes of them, and how far these are. */
export interface Reconstruction {
  /** float32 [n, latentWidth] */
  readonly z: Float32Array;
  /** float32 [n, size, size, channels] on 0–255, neither rounded nor clipped. */
  readonly values: Float32Array;
  /** [n], mean squared error of each picture on the scale of [0, 1]. */
  readonly errors: Float64Array;
}

/** Pictures inverted by both ways. */
export interface Inverted {
  readonly network: Reconstruction;
  readonly optimization: Reconstruction;
  /** int32 [n]; undefined where the generator takes no class. */
  readonly classes?: Int32Array;
  /** [n], the start that ended nearest; 0 is the network's guess. */
  readonly bestStarts: Int32Array;
}

/**
 * Inverts pictures.
 *
 * @param classes of the pictures; undefined for those that the network predicts
 */
export async function reconstruct(
  inverter: Inverter,
  { pixels, labels: { length: count } }: PictureBatch,
  classes: Int32Array | undefined,
  hooks: RunHooks & { readonly label: string },
): Promise<Inverted> {
  const { trainer, form } = inverter;
  const width = form.size ** 2 * form.channels;
  const empty = (): Reconstruction => ({
    z: new Float32Array(count * trainer.latentWidth),
    values: new Float32Array(count * width),
    errors: new Float64Array(count),
  });
  const all = { network: empty(), optimization: empty(), bestStarts: new Int32Array(count) };
  const allClasses = trainer.conditional ? new Int32Array(count) : undefined;
  for (let first = 0; first < count; first += INVERTED_AT_ONCE) {
    const rows = Int32Array.from({ length: INVERTED_AT_ONCE }, (_, i) => (first + i) % count);
    const kept = Math.min(INVERTED_AT_ONCE, count - first);
    const batch = takeRows(pixels, rows, width);
    const given = classes && Int32Array.from(rows, (row) => classes[row]);
    const report = progressOf(inverter, { first, count }, hooks);
    const made = await invertBatch(inverter, { pixels: batch, classes: given, first }, hooks.signal, report);
    store(all.network, made.network, { first, kept, width: trainer.latentWidth });
    store(all.optimization, made.optimization, { first, kept, width: trainer.latentWidth });
    all.bestStarts.set(made.bestStarts.subarray(0, kept), first);
    if (allClasses && made.classes) allClasses.set(made.classes.subarray(0, kept), first);
  }
  return { ...all, ...(allClasses && { classes: allClasses }) };
}

interface Batch {
  readonly pixels: Uint8Array;
  readonly classes?: Int32Array;
  /** Number of the first picture. */
  readonly first: number;
}

async function invertBatch(
  { trainer, form, backend, network, descent, starts, seed }: Inverter,
  { pixels, classes: given, first }: Batch,
  signal: AbortSignal | undefined,
  report: (start: number, step: number) => void,
): Promise<Inverted> {
  const { size, channels } = form;
  const width = size ** 2 * channels;
  const x = tidy(() =>
    tensor4d(Float32Array.from(pixels), [INVERTED_AT_ONCE, size, size, channels]),
  ) as Tensor4D;
  const measure = async (z: Float32Array): Promise<Reconstruction> => {
    const values = await drawValues(trainer, { z, classes });
    return { z, values, errors: squaredErrors(values, pixels, width) };
  };
  const guess = await network.infer(x);
  const classes = trainer.conditional ? (given ?? guess.classes) : undefined;
  try {
    const rng = new Xoshiro(rngFor(seed, INVERSION_STREAMS.starts, first).uint32());
    let best: Reconstruction | undefined;
    const bestStarts = new Int32Array(INVERTED_AT_ONCE);
    for (let i = 0; i < starts; i++) {
      const start = i === 0 ? guess.z : trainer.drawLatents(INVERTED_AT_ONCE, rng);
      const onStep = (step: number) => report(i, step);
      const z = await optimizeLatents({ trainer, backend }, { x, start, classes }, descent, {
        signal,
        onStep,
      });
      const found = await measure(z);
      if (best)
        replaceWorse(best, found, (row) => {
          bestStarts[row] = i;
        });
      best ??= found;
    }
    return { network: await measure(guess.z), optimization: best as Reconstruction, classes, bestStarts };
  } finally {
    x.dispose();
  }
}

/** Takes the rows of `other` that are nearer. */
function replaceWorse(best: Reconstruction, other: Reconstruction, onReplaced: (row: number) => void): void {
  for (const [row, error] of other.errors.entries()) {
    if (!(error < best.errors[row])) continue;
    best.errors[row] = error;
    for (const key of ['z', 'values'] as const) {
      const width = other[key].length / other.errors.length;
      best[key].set(other[key].subarray(row * width, (row + 1) * width), row * width);
    }
    onReplaced(row);
  }
}

function store(
  into: Reconstruction,
  made: Reconstruction,
  { first, kept, width }: { readonly first: number; readonly kept: number; readonly width: number },
): void {
  const numbers = made.values.length / made.errors.length;
  into.z.set(made.z.subarray(0, kept * width), first * width);
  into.values.set(made.values.subarray(0, kept * numbers), first * numbers);
  into.errors.set(made.errors.subarray(0, kept), first);
}

function takeRows(pixels: Uint8Array, rows: Int32Array, width: number): Uint8Array {
  const taken = new Uint8Array(rows.length * width);
  for (const [i, row] of rows.entries())
    taken.set(pixels.subarray(row * width, (row + 1) * width), i * width);
  return taken;
}

function progressOf(
  { descent, starts }: Inverter,
  { first, count }: { readonly first: number; readonly count: number },
  { label, onProgress }: RunHooks & { readonly label: string },
): (start: number, step: number) => void {
  const perBatch = starts * descent.steps;
  const total = Math.ceil(count / INVERTED_AT_ONCE) * perBatch;
  return (start, step) => {
    const done = (first / INVERTED_AT_ONCE) * perBatch + start * descent.steps + step;
    onProgress?.({ stage: 'metric', label, done, total, unit: 'steps' });
  };
}
