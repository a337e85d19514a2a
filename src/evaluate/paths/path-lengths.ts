import { ImagesError } from '../../core/errors.js';
import type { DeviceChoice } from '../../devices/device-choices.js';
import { type ShardName, type ShardStore, shardKey } from '../../features/shard-store.js';
import { type Share, shareOf } from '../../features/share.js';
import type { LatentPaths, PathStep, PicturePair, UnroundedPixels } from '../../images/latent-paths.js';
import type { PathLengths } from '../../metrics/subject.js';
import type { Network } from '../../networks/network.js';
import { explainPairSize, LPIPS_VERSION, type Lpips, openLpips } from '../../networks/pairs/open-lpips.js';
import { runtimeVersion } from '../../onnx/runtime.js';

/** Paths in a shard: a kill loses no more than these. */
const SHARD_PATHS = 128;
/** Bytes of pictures that wait to be compared together. */
const MAX_WAITING_BYTES = 2 ** 24;

/** What is measured along the paths of a generator, and how. */
export interface PathPlan extends PathStep {
  readonly network: Network;
  /** Side to which LPIPS resizes pictures. */
  readonly resize: number;
}

export interface PathRun {
  readonly store: ShardStore;
  readonly share?: Share;
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

interface PathTask extends ShardName {
  readonly start: number;
  readonly end: number;
}

/** @throws {ImagesError} for pictures of a size whose LPIPS can't be had */
export function requirePathSizes({ width, height }: LatentPaths, resize: number): void {
  const obstacle = explainPairSize(height, width, resize);
  if (obstacle !== undefined) throw new ImagesError(obstacle);
}

/**
 * LPIPS between each picture and the one a step away, divided by the square of the step; what the store holds is not computed again.
 *
 * @param kept indices of the pictures that count
 * @returns a length for each of them, in order
 * @throws {ImagesError} for a picture that can't be used
 */
export async function measurePaths(
  paths: LatentPaths,
  kept: Int32Array,
  plan: PathPlan,
  { store, share, device, threads, signal, onProgress }: PathRun,
): Promise<PathLengths> {
  const { epsilon, interpolation, resize, network } = plan;
  const tasks = shareOf(listTasks(paths, kept, plan), share);
  const lengths: number[] = [];
  const lpips = openLpips(network, { device, threads, resize });
  try {
    for (const task of tasks) {
      signal?.throwIfAborted();
      lengths.push(...((await readLengths(store, task)) ?? (await computeLengths(task))));
      onProgress?.(lengths.length, kept.length);
    }
  } finally {
    await lpips.close();
  }
  const equalPairs = lengths.filter((length) => length === 0).length;
  return { lengths: Float64Array.from(lengths), equalPairs, epsilon, interpolation, resize };

  async function computeLengths(task: PathTask): Promise<Float64Array> {
    const batch = new PathBatch(paths, lpips, epsilon);
    for await (const pair of paths.pairs(kept.subarray(task.start, task.end), plan, signal))
      await batch.add(pair);
    const computed = Float64Array.from(await batch.finish());
    await store.write(task, { info: {}, arrays: { lengths: { shape: [computed.length], data: computed } } });
    return computed;
  }
}

function listTasks(
  { identity }: LatentPaths,
  kept: Int32Array,
  { network, epsilon, interpolation, resize }: PathPlan,
): PathTask[] {
  return Array.from({ length: Math.ceil(kept.length / SHARD_PATHS) }, (_, i) => {
    const [start, end] = [i * SHARD_PATHS, Math.min((i + 1) * SHARD_PATHS, kept.length)];
    const content = () => ({
      paths: identity,
      lpips: LPIPS_VERSION,
      network: network.identity,
      runtime: runtimeVersion(),
      ...{ epsilon, interpolation, resize },
      pictures: Array.from(kept.subarray(start, end)),
    });
    return { key: shardKey(content()), content, start, end };
  });
}

async function readLengths(store: ShardStore, task: PathTask): Promise<Float64Array | undefined> {
  const data = (await store.read(task))?.arrays.lengths?.data;
  return data?.length === task.end - task.start ? Float64Array.from(data, Number) : undefined;
}

/** Pairs that wait to be compared together. */
class PathBatch {
  readonly #lengths: number[] = [];
  #pairs: PicturePair[] = [];

  constructor(
    readonly paths: LatentPaths,
    readonly lpips: Lpips,
    readonly epsilon: number,
  ) {}

  async add(pair: PicturePair): Promise<void> {
    this.#pairs.push(pair);
    if (this.#pairs.length * 2 * pair.a.byteLength > MAX_WAITING_BYTES) await this.#measure();
  }

  async finish(): Promise<readonly number[]> {
    if (this.#pairs.length > 0) await this.#measure();
    return this.#lengths;
  }

  async #measure(): Promise<void> {
    const { width, height } = this.paths;
    const pairs = this.#pairs;
    const distances = await this.lpips.score({
      a: join(pairs.map(({ a }) => a)),
      b: join(pairs.map(({ b }) => b)),
      count: pairs.length,
      width,
      height,
    });
    for (const distance of distances) this.#lengths.push(distance / this.epsilon ** 2);
    this.#pairs = [];
  }
}

function join(pictures: readonly UnroundedPixels[]): UnroundedPixels {
  const [first] = pictures;
  const length = pictures.length * first.length;
  const joined = first instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  for (const [i, picture] of pictures.entries()) joined.set(picture, i * first.length);
  return joined;
}
