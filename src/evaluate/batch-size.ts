import type { Network } from '../networks/network.js';
import { tokenBytes } from '../networks/token-bytes.js';

/** More pictures at once made no network faster. */
const MAX_PICTURES = 64;
/**
 * Pixels of network input at once where the user doesn't say: eight pictures of Inception v3's 299 × 299. It is as fast with
 * 8 as with 64, and every picture at once takes memory for its feature maps.
 */
const INPUT_PIXELS = 8 * 299 ** 2;
/**
 * Bytes that one layer over tokens leaves to the next at once. While they stay in the processor's cache, vision transformers are faster:
 * DINOv2's small one by 12 % with 4 pictures at once in place of 14, its base one and CLIP's are as fast with 2 and 8 as with more.
 */
const TOKEN_BYTES = 8 * 2 ** 20;

/** Pictures in a run of a network, where the user doesn't say. */
export function defaultBatchSize({ card, model }: Pick<Network, 'card' | 'model'>): number {
  const { size } = card.input;
  const byPixels = Math.min(MAX_PICTURES, Math.floor(INPUT_PIXELS / size ** 2));
  const bytes = tokenBytes(model.proto, size);
  // Powers of two fill the shards that rows are kept in.
  const byTokens = bytes ? 2 ** Math.floor(Math.log2(TOKEN_BYTES / bytes)) : MAX_PICTURES;
  return Math.max(1, Math.min(byPixels, byTokens));
}
