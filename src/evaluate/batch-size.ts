/** More pictures at once made no network faster. */
const MAX_PICTURES = 64;
/**
 * Pixels of network input at once where the user doesn't say: eight pictures of Inception v3's 299 × 299. It is as fast with
 * 8 as with 64, and every picture at once takes memory for its feature maps.
 */
const INPUT_PIXELS = 8 * 299 ** 2;

/** Pictures in a run of a network whose input has this height and width, where the user doesn't say. */
export function defaultBatchSize(inputSize: number): number {
  return Math.min(MAX_PICTURES, Math.max(1, Math.floor(INPUT_PIXELS / inputSize ** 2)));
}
