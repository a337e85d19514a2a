import { NetworkError } from '../core/errors.js';
import { MAX_DISTANCE } from '../devices/choice/self-test.js';
import { type Device, PROVIDER_TITLES, providerOf } from '../devices/device-choices.js';
import type { Outputs } from '../onnx/session.js';
import type { NetworkCard } from './cards/card.js';
import type { Reduction } from './preprocessing/preprocess.js';
import { type Feed, listFeeds, type PixelBatch } from './preprocessing/streaming/list-feeds.js';

/** More would say no more: what a device computes wrongly, it does for each. */
const PICTURES = 2;

/** A network that runs somewhere. */
export type RunFeed = (feed: Feed) => Promise<Outputs>;

/**
 * How far a network's numbers on a device are from the CPU's, on pictures by a formula. A device that is exact for one network may be wrong
 * for another: it has operators of its own for each kind of layer.
 *
 * @param input how the network is fed
 * @param onDevice runs it there
 * @param onCpu runs it on the CPU
 * @returns the largest relative L2 of its outputs; 0 where the CPU's numbers are not finite
 */
export async function measureDeviceDistance(
  input: NetworkCard['input'],
  reduction: Reduction | undefined,
  { onDevice, onCpu }: { readonly onDevice: RunFeed; readonly onCpu: RunFeed },
): Promise<number> {
  let largest = 0;
  for (const { feed } of listFeeds(makePictures(input.size), input, reduction)) {
    const expected = await onCpu(feed());
    const found = await onDevice(feed());
    for (const [name, { data }] of Object.entries(expected)) {
      largest = Math.max(largest, relativeDistance(found[name].data, data));
    }
  }
  return largest;
}

/**
 * Refuses a device whose numbers are others for a network.
 *
 * @throws {NetworkError} for a distance beyond what float32 allows
 */
export function refuseOtherNumbers(name: string, device: Device, distance: number): void {
  if (distance <= MAX_DISTANCE) return;
  const title = PROVIDER_TITLES[providerOf(device)];
  throw new NetworkError(
    `${title} computes other numbers for ${name} than the CPU (${distance.toExponential(1)} apart as relative L2, and ${MAX_DISTANCE} is the most): use --device cpu.`,
  );
}

type Numbers = ArrayLike<number | bigint>;

function relativeDistance(found: Numbers, expected: Numbers): number {
  let [difference, length] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const value = Number(expected[i]);
    difference += (Number(found[i]) - value) ** 2;
    length += value ** 2;
  }
  if (!Number.isFinite(length)) return 0;
  if (length === 0) return difference === 0 ? 0 : 1;
  const distance = Math.sqrt(difference / length);
  // Numbers that are missing or not finite are as wrong as any; a JSON file has no infinity.
  return Number.isFinite(distance) ? distance : Number.MAX_VALUE;
}

/** Waves and noise. */
function makePictures(side: number): PixelBatch {
  let state = 2020;
  const pixels = Uint8Array.from({ length: PICTURES * 3 * side ** 2 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 128 + 60 * Math.sin(i / 47) + 30 * Math.cos(i / 331) + (state / 2 ** 32 - 0.5) * 70;
  });
  return { pixels, count: PICTURES, height: side, width: side };
}
