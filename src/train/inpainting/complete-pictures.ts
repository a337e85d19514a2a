import { tidy } from '@tensorflow/tfjs-core';
import type { RunHooks } from '../../core/run-hooks.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import { SAMPLES_AT_ONCE, toBytes } from '../adversarial/draw-samples.js';
import type { Inpainting, PictureForm, Trainer } from '../adversarial/trainer.js';
import { rngFor } from '../loop/rng-for.js';

const LATENT_STREAM = 71;

/** Pictures to complete. */
export interface MaskedPictures {
  /** uint8 [n, size, size, channels] */
  readonly pixels: Uint8Array;
  /** uint8 [n, size, size], 1 where a pixel is known. */
  readonly masks: Uint8Array;
  /** int32 [n], where the generator takes classes. */
  readonly classes?: Int32Array;
}

/** A generator that completes pictures. */
export interface Completer {
  readonly trainer: Trainer;
  readonly inpainting: Inpainting;
  readonly form: PictureForm;
  readonly seed: number;
}

/**
 * Completes pictures, each `completions` times with another z. Always so many at a time, the last ones with others to fill: a graph
 * for another number of rows might round differently.
 *
 * @returns uint8 [n, completions, size, size, channels]
 */
export async function completePictures(
  { trainer, inpainting, form, seed }: Completer,
  { pixels, masks, classes }: MaskedPictures,
  completions: number,
  { signal, onProgress }: RunHooks,
): Promise<Uint8Array> {
  const width = form.size ** 2 * form.channels;
  const area = form.size ** 2;
  const total = (pixels.length / width) * completions;
  const made = new Uint8Array(total * width);
  for (let first = 0; first < total; first += SAMPLES_AT_ONCE) {
    signal?.throwIfAborted();
    // The row of completion i is the picture i / completions.
    const rows = Int32Array.from({ length: SAMPLES_AT_ONCE }, (_, i) =>
      Math.floor(((first + i) % total) / completions),
    );
    const rng = new Xoshiro(rngFor(seed, LATENT_STREAM, first).uint32());
    const latents = {
      z: trainer.drawLatents(SAMPLES_AT_ONCE, rng),
      ...(classes && { classes: Int32Array.from(rows, (row) => classes[row]) }),
    };
    const values = tidy(() =>
      inpainting.complete(latents, takeRows(pixels, rows, width), takeRows(masks, rows, area)),
    );
    const kept = Math.min(SAMPLES_AT_ONCE, total - first);
    made.set(toBytes(Float32Array.from(await values.data())).subarray(0, kept * width), first * width);
    values.dispose();
    onProgress?.({
      stage: 'draw',
      label: 'Completing pictures',
      done: first + kept,
      total,
      unit: 'pictures',
    });
  }
  return made;
}

function takeRows(values: Uint8Array, rows: Int32Array, width: number): Uint8Array {
  const taken = new Uint8Array(rows.length * width);
  for (const [i, row] of rows.entries())
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  return taken;
}

/**
 * Mean squared error of the predicted pixels of each picture on the scale of [0, 1].
 *
 * @param made [n, completions, size, size, channels] on 0–255
 * @param masks uint8 [n, size, size], 1 where a pixel is known
 */
export function errorsInside(
  made: ArrayLike<number>,
  { pixels, masks }: Pick<MaskedPictures, 'pixels' | 'masks'>,
  completions: number,
  { size, channels }: Pick<PictureForm, 'size' | 'channels'>,
): Float64Array {
  const area = size * size;
  const width = area * channels;
  return Float64Array.from({ length: masks.length / area }, (_, row) => {
    let sum = 0;
    let count = 0;
    for (let at = 0; at < width; at++) {
      if (masks[row * area + Math.floor(at / channels)] === 1) continue;
      count += completions;
      for (let i = 0; i < completions; i++) {
        sum += ((made[(row * completions + i) * width + at] - pixels[row * width + at]) / 255) ** 2;
      }
    }
    return sum / count;
  });
}
