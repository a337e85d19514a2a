import { float32, type TensorData, uint8 } from '../../../onnx/tensor.js';
import type { NetworkCard } from '../../cards/card.js';
import { frameOf } from '../framing.js';
import { isPillow } from '../pillow/pillow-filters.js';
import { resizeAsPillow } from '../pillow/resize-as-pillow.js';
import type { Reduction } from '../preprocess.js';
import { graphBytes, isLarge, MAX_GRAPH_BYTES } from './large-pictures.js';
import type { Pixels } from './plane-rows.js';
import { reduceByRows } from './reduce-by-rows.js';
import { resizePicture } from './resize-rows.js';

/** Pictures of one size. */
export interface PixelBatch {
  /** uint8 RGB, count × height × width × 3, row-major, 0–255. */
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** What the graph in front of a network takes: pictures, and behind them, where it resizes any, those that were resized already. */
export interface Feed {
  /** uint8 RGB [n, height, width, 3]. */
  readonly image: TensorData;
  /** float32 [m, 3, size, size], 0–255. */
  readonly planes?: TensorData;
}

/** Some pictures of a batch, for one run of the network. */
export interface FeedPart {
  readonly feed: () => Feed;
  readonly count: number;
}

/** Pictures that are resized outside the graph, while the network runs on those before. */
const OUTSIDE_AT_ONCE = 16;

/** The runs of the network over a batch: as many pictures at a time as the graph has room for, or large ones one by one. */
export function listFeeds(
  batch: PixelBatch,
  input: NetworkCard['input'],
  reduction: Reduction | undefined,
): FeedPart[] {
  const { pixels, count, height, width } = batch;
  const { size, resize: method } = input;
  if (isPillow(method)) {
    return partsOf(count, OUTSIDE_AT_ONCE, (from, to) => ({
      image: levelsOf(to - from, size, (i) => {
        const picture = pictureOf(batch, from + i);
        return resizeAsPillow(reduction ? reduceByRows(picture, reduction) : picture, {
          ...input,
          resize: method,
        });
      }),
    }));
  }
  const { resized } = frameOf(batch, input);
  const part = (from: number, to: number) =>
    uint8(pixels.subarray(from * width * height * 3, to * width * height * 3), [to - from, height, width, 3]);
  if (isLarge(batch, resized, reduction)) {
    const none = uint8(new Uint8Array(0), [0, 1, 1, 3]);
    return partsOf(count, 1, (from) => ({
      image: none,
      planes: planesOf(1, size, (_, out) =>
        out.set(resizePicture(pictureOf(batch, from), { ...input, resize: method }, reduction)),
      ),
    }));
  }
  const atOnce = Math.max(1, Math.floor(MAX_GRAPH_BYTES / graphBytes(batch, resized, reduction)));
  const planes = float32(new Float32Array(0), [0, 3, size, size]);
  return partsOf(count, atOnce, (from, to) => ({ image: part(from, to), planes }));
}

function partsOf(count: number, atOnce: number, make: (from: number, to: number) => Feed): FeedPart[] {
  return Array.from({ length: Math.ceil(count / atOnce) }, (_, i) => {
    const from = i * atOnce;
    const to = Math.min(count, from + atOnce);
    return { count: to - from, feed: () => make(from, to) };
  });
}

function pictureOf({ pixels, height, width }: PixelBatch, i: number): Pixels {
  const samples = width * height * 3;
  return { width, height, pixels: pixels.subarray(i * samples, (i + 1) * samples) };
}

/** uint8 [count, size, size, 3], each picture as `resize` gives it. */
function levelsOf(count: number, size: number, resize: (i: number) => Uint8Array): TensorData {
  const samples = 3 * size * size;
  const data = new Uint8Array(count * samples);
  for (let i = 0; i < count; i++) data.set(resize(i), i * samples);
  return uint8(data, [count, size, size, 3]);
}

/** float32 [count, 3, size, size], each picture written by `write`. */
function planesOf(count: number, size: number, write: (i: number, out: Float32Array) => void): TensorData {
  const samples = 3 * size * size;
  const data = new Float32Array(count * samples);
  for (let i = 0; i < count; i++) write(i, data.subarray(i * samples, (i + 1) * samples));
  return float32(data, [count, 3, size, size]);
}
