import type { ReadOptions } from '../images/image-source.js';
import type { SessionOptions } from '../onnx/session.js';
import { type ChosenPictures, dimensionsOf, type PixelForm, readRows } from './pixel-rows.js';
import { openWindowSums } from './window-sums.js';

/** Numbers of samples in memory at a time: 64 MB of float64. */
const SAMPLE_NUMBERS = 2 ** 23;
/** Numbers of a block of pictures, and pairs of a picture and a sample that are worked on at a time: 16 MB each. */
const BLOCK_NUMBERS = 2 ** 21;

/** Windows on samples, and the pictures that are judged by them. */
export interface ParzenWindows {
  readonly samples: ChosenPictures;
  readonly pictures: ChosenPictures;
  /** Of all of them. */
  readonly form: PixelForm;
  /** Widths of the window on the scale of [0, 1]. */
  readonly sigmas: readonly number[];
}

export interface LikelihoodOptions extends Pick<SessionOptions, 'device' | 'threads'> {
  readonly signal?: AbortSignal;
  /** Called with the share that is done, in [0, 1]. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Log-likelihoods of pictures, in nats, under a Gaussian Parzen window on the samples: log 1/n Σⱼ N(x; yⱼ, σ²I), pixels over
 * [0, 1] (Goodfellow et al. 2014, section 5; Breuleux et al. 2011). Memory does not grow with the number of samples: pictures
 * are read again for each part of them.
 *
 * @returns for each σ, float64 [pictures]
 */
export async function computeLogLikelihoods(
  { samples, pictures, form, sigmas }: ParzenWindows,
  { signal, onProgress, ...device }: LikelihoodOptions = {},
): Promise<Float64Array[]> {
  const d = dimensionsOf(form);
  const perPart = Math.min(samples.indices.length, Math.max(1, Math.floor(SAMPLE_NUMBERS / d)));
  const perBlock = Math.max(1, Math.floor(BLOCK_NUMBERS / Math.max(d, perPart)));
  const count = pictures.indices.length;
  const totals = sigmas.map(() => new Float64Array(count).fill(Number.NEGATIVE_INFINITY));
  const reading: ReadOptions = { signal };
  const window = await openWindowSums(sigmas, device);
  try {
    let parts = 0;
    for await (const part of readRows(samples, form, perPart, reading)) {
      let done = 0;
      for await (const block of readRows(pictures, form, perBlock, reading)) {
        signal?.throwIfAborted();
        const sums = await window.compute(block, part);
        for (const [s, total] of totals.entries()) {
          for (let i = 0; i < block.count; i++) {
            total[done + i] = logAddExp(total[done + i], sums[s * block.count + i]);
          }
        }
        done += block.count;
        onProgress?.((parts * count + done) / (count * Math.ceil(samples.indices.length / perPart)));
      }
      parts++;
    }
  } finally {
    await window.close();
  }
  return totals.map((total, s) => {
    const norm = Math.log(samples.indices.length) + d * Math.log(sigmas[s] * Math.sqrt(2 * Math.PI));
    return total.map((each) => each - norm);
  });
}

/** log(eᵃ + eᵇ) for a finite b. */
function logAddExp(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
