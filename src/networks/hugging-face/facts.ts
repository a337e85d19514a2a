import type { NetworkCard, Normalization, ResizeMethod } from '../cards/card.js';

/** What files of Hugging Face beside a network say of it. */
export interface HuggingFaceFacts {
  /** Side of the network's input in pixels. */
  readonly inputSize?: number;
  /** Side that pictures are resized to before the middle of them is cut out; undefined if that is the input's. */
  readonly resizeTo?: number;
  readonly fit?: NetworkCard['input']['fit'];
  readonly middle?: NetworkCard['input']['middle'];
  readonly resize?: ResizeMethod;
  readonly normalize?: Normalization;
  /** One name per column of the logits. */
  readonly classes?: readonly string[];
}

/**
 * From levels of 0–255 to what a network takes.
 *
 * @param rescale what a level is multiplied by first
 * @param mean of each channel, in what comes out of that
 * @param deviation of each channel
 * @returns undefined if some number of it is not finite
 */
export function normalizationOf(
  rescale: number,
  mean: readonly number[],
  deviation: readonly number[],
): Normalization | undefined {
  const of = (numbers: readonly number[], i: number) => numbers[i] ?? numbers[0];
  const scale = [0, 1, 2].map((i) => rescale / of(deviation, i));
  // Adding 0 makes −0 to 0.
  const offset = [0, 1, 2].map((i) => -of(mean, i) / of(deviation, i) + 0);
  if (![...scale, ...offset].every((each) => Number.isFinite(Math.fround(each)))) return undefined;
  return { scale: asTriple(scale), offset: asTriple(offset) };
}

function asTriple([red, green, blue]: number[]): [number, number, number] {
  return [red, green, blue];
}
