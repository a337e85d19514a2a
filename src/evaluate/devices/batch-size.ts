import { type Device, type Provider, providerOf } from '../../devices/device-choices.js';
import type { Network } from '../../networks/network.js';
import { tokenBytes } from '../../networks/token-bytes.js';

/** Pixels of Inception v3's input. */
const INCEPTION_PIXELS = 299 ** 2;
const OTHER_GPU = { pixels: 32 * INCEPTION_PIXELS, pictures: 256 };

/**
 * Pixels of network input at once, and the most pictures, where the user doesn't say. On the CPU, eight pictures of Inception v3 are as fast
 * as 64, and every picture at once takes memory for its feature maps. GPUs were measured on an NVIDIA H200: CUDA gains up to 64 pictures
 * and little more, WebGPU is fastest with 32. The others are taken to be as WebGPU.
 */
const LIMITS: Readonly<Record<Provider, typeof OTHER_GPU>> = {
  cpu: { pixels: 8 * INCEPTION_PIXELS, pictures: 64 },
  cuda: { pixels: 64 * INCEPTION_PIXELS, pictures: 256 },
  webgpu: OTHER_GPU,
  coreml: OTHER_GPU,
  dml: OTHER_GPU,
};
/**
 * Bytes that one layer over tokens leaves to the next at once. While they stay in the processor's cache, vision transformers are faster:
 * DINOv2's small one by 12 % with 4 pictures at once in place of 14, its base one and CLIP's are as fast with 2 and 8 as with more.
 */
const TOKEN_BYTES = 8 * 2 ** 20;

/** As long as a run takes that has begun, other programs wait for the processors that they need again. */
const MOST_GIVING_WAY = 16;

/**
 * Pictures in a run of a network on a device, where the user doesn't say.
 *
 * @param givesWay whether this program computes in the time that others leave
 */
export function defaultBatchSize(
  network: Pick<Network, 'card' | 'model'>,
  device: Device,
  givesWay = false,
): number {
  const { pixels, pictures } = LIMITS[providerOf(device)];
  const { size } = network.card.input;
  const most = givesWay && device === 'cpu' ? Math.min(pictures, MOST_GIVING_WAY) : pictures;
  const byPixels = Math.min(most, Math.floor(pixels / size ** 2));
  return Math.max(1, device === 'cpu' ? Math.min(byPixels, limitByTokens(network)) : byPixels);
}

function limitByTokens({ card, model }: Pick<Network, 'card' | 'model'>): number {
  const bytes = tokenBytes(model.proto, card.input.size);
  // Powers of two fill the shards that rows are kept in.
  return bytes ? 2 ** Math.floor(Math.log2(TOKEN_BYTES / bytes)) : Number.POSITIVE_INFINITY;
}
