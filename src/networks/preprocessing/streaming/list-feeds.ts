import { float32, type TensorData, uint8 } from '../../../onnx/tensor.js';
import type { NetworkCard } from '../../cards/card.js';
import type { Reduction } from '../preprocess.js';
import { graphBytes, isLarge, MAX_GRAPH_BYTES } from './large-pictures.js';
import { resizePicture } from './resize-rows.js';

/** Pictures of one size. */
export interface PixelBatch {
  /** uint8 RGB, count × height × width × 3, row-major, 0–255. */
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** What the graph in front of a network takes: pictures, and those that were resized already behind them. */
export interface Feed {
  readonly image: TensorData;
  readonly planes: TensorData;
}

/** The runs of the network over a batch: as many pictures at a time as the graph has room for, or large ones one by one. */
export function listFeeds(
  { pixels, count, height, width }: PixelBatch,
  { size, resizeTo: side = size, resize: method }: NetworkCard['input'],
  reduction: Reduction | undefined,
): { readonly feed: () => Feed; readonly count: number }[] {
  const samples = width * height * 3;
  const part = (from: number, to: number) => pixels.subarray(from * samples, to * samples);
  if (isLarge({ width, height }, side, reduction)) {
    return Array.from({ length: count }, (_, i) => ({
      count: 1,
      feed: () => ({
        image: uint8(new Uint8Array(0), [0, 1, 1, 3]),
        planes: float32(
          resizePicture({ width, height, pixels: part(i, i + 1) }, side, { method, reduction }),
          [1, 3, side, side],
        ),
      }),
    }));
  }
  const atOnce = Math.max(1, Math.floor(MAX_GRAPH_BYTES / graphBytes({ width, height }, side, reduction)));
  const planes = float32(new Float32Array(0), [0, 3, side, side]);
  return Array.from({ length: Math.ceil(count / atOnce) }, (_, i) => {
    const from = i * atOnce;
    const to = Math.min(count, from + atOnce);
    return {
      count: to - from,
      feed: () => ({ image: uint8(part(from, to), [to - from, height, width, 3]), planes }),
    };
  });
}
