import { NetworkError } from '../../../core/errors.js';
import type { RunHooks } from '../../../core/run-hooks.js';
import type { DeviceChoice } from '../../../devices/device-choices.js';
import { type Channels, writeRgb } from '../../../images/decoding/rgb.js';
import { openExtractor } from '../../../networks/extractor.js';
import type { Network } from '../../../networks/network.js';

const BATCH = 100;

/** Pictures of one size that a network is run on. */
export interface PixelRows {
  readonly count: number;
  readonly size: number;
  readonly channels: Channels;
  /** uint8 [end − first, size, size, channels] of the pictures from `first` to `end`. */
  read(first: number, end: number): Promise<Uint8Array> | Uint8Array;
}

/** How the network is run. */
export interface ExtractionSettings extends RunHooks {
  readonly device?: DeviceChoice;
  readonly threads?: number;
  /** What the pictures are, for progress. */
  readonly label: string;
}

/** Thrown where a network's features of some pictures are not numbers, so that a training can leave out what needs them. */
export class FeaturesNotFiniteError extends NetworkError {}

/**
 * Runs pictures through a network, in the size in which a GAN is trained on them.
 *
 * @returns float32 [count, width of the features], row-major
 * @throws {NetworkError} for a network without features, or one that can't run
 * @throws {FeaturesNotFiniteError} if a feature is not finite
 */
export async function extractFeatures(
  network: Network,
  pictures: PixelRows,
  { device, threads, signal, onProgress, label }: ExtractionSettings,
): Promise<Float32Array> {
  const width = network.featureWidth;
  if (width === 0) {
    throw new NetworkError(
      `${network.name} gives no features${network.noFeatures ? ` (${network.noFeatures.replace(/\.$/, '')})` : ''}: name another network with --model.`,
    );
  }
  const { count, size, channels } = pictures;
  const features = new Float32Array(count * width);
  const extractor = await openExtractor(network, { downsample: 'antialias', device, threads });
  try {
    for (let first = 0; first < count; first += BATCH) {
      signal?.throwIfAborted();
      const end = Math.min(first + BATCH, count);
      const pixels = toColor(await pictures.read(first, end), channels);
      const batch = await extractor.run({ pixels, count: end - first, height: size, width: size });
      if (!batch.features.every(Number.isFinite)) {
        throw new FeaturesNotFiniteError(
          `${network.name} gives features of ${label.toLowerCase()} that are not finite: name another network with --model.`,
        );
      }
      features.set(batch.features, first * width);
      onProgress?.({ stage: 'extract', label, done: end, total: count, unit: 'pictures' });
    }
  } finally {
    await extractor.close();
  }
  return features;
}

function toColor(pixels: Uint8Array, channels: Channels): Uint8Array {
  if (channels === 3) return pixels;
  const color = new Uint8Array((pixels.length / channels) * 3);
  writeRgb(pixels, channels, 'drop', color);
  return color;
}
