import { NetworkError } from '../../core/errors.js';
import type { Device, DeviceChoice } from '../../devices/device-choices.js';
import { ANTIALIAS_OPSET, frontName, joinModels } from '../../onnx/join-models.js';
import type { Session } from '../../onnx/session.js';
import { float32, type TensorData, uint8 } from '../../onnx/tensor.js';
import type { Network } from '../network.js';
import { openWithWeights } from '../weight-files/open-with-weights.js';
import { pairGraph } from './pair-graph.js';
import { resizeMatrix } from './resize-matrix.js';

/** Name of the network in the store. */
export const LPIPS_NETWORK = 'lpips-vgg16';

/** Changes whenever the same network would give the same two pictures another distance. Part of cache keys. */
export const LPIPS_VERSION = 1;

/** Pixels of one picture times pairs in one run; a run holds about 2 KB for each. */
const PIXELS_PER_RUN = 2 ** 16;

/** Larger pictures would take more than about 8 GB. */
const MAX_PIXELS = 2 ** 22;

/** Four pools halve a side before the last stage. */
const MIN_SIDE = 16;

/** Pairs of pictures of one size: picture i of `a` against picture i of `b`. */
export interface PicturePairs {
  /** RGB [count, height, width, 3], row-major, 0–255: uint8, or float32 that need not be whole numbers. */
  readonly a: Uint8Array | Float32Array;
  /** As `a`, and of its type. */
  readonly b: Uint8Array | Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** How LPIPS is opened. */
export interface LpipsOptions {
  /** @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads inside one operator. @default the runtime's own choice */
  readonly threads?: number;
  /**
   * Side to which the normalized pictures are resized, as torch-fidelity's `sample_similarity_resize`: by `area` where both sides are
   * larger, else bilinear without antialiasing. @default pictures stay as they are
   */
  readonly resize?: number;
  /** Ends the scoring with its reason. */
  readonly signal?: AbortSignal;
}

/** LPIPS of pairs of pictures. A pair's distance has the same bits in every batch. */
export interface Lpips {
  /** The device of the sessions that were opened; undefined before the first pair. */
  readonly device?: Device;
  /**
   * The distance of each pair, in order: 0 for equal pictures, about 1 for pictures that have nothing in common.
   *
   * @throws {NetworkError} for pictures that are too small or too large, or if the network can't run
   * @throws {RangeError} for pictures that don't fill the batch's shape
   */
  score(pairs: PicturePairs): Promise<Float32Array>;
  /** Frees the memory of the network. */
  close(): Promise<void>;
}

/**
 * Opens LPIPS. Its session starts with the first pair.
 *
 * @param network of pairs, as `openNetwork(LPIPS_NETWORK, { purpose: 'pairs' })` gives it
 * @throws {NetworkError} for a network that doesn't compare pairs
 */
export function openLpips(network: Network, options: LpipsOptions = {}): Lpips {
  const { distances } = network.card.outputs;
  if (!distances) {
    throw new NetworkError(
      `${network.name} compares no pairs of pictures: give ${LPIPS_NETWORK}, which "ganeval models pull ${LPIPS_NETWORK}" fetches.`,
    );
  }
  return new PairSessions(network, distances.name, options);
}

/** Why the distance of pictures of this size can't be had, as a sentence; undefined if it can. */
export function explainPairSize(height: number, width: number, resize?: number): string | undefined {
  const pixels = resize === undefined ? height * width : resize ** 2;
  const side = resize ?? Math.min(height, width);
  if (side < MIN_SIDE) {
    return `LPIPS needs pictures of ${MIN_SIDE} pixels a side or more, and these have ${width} × ${height}: enlarge them.`;
  }
  if (pixels <= MAX_PIXELS) return undefined;
  return `LPIPS takes pictures of ${MAX_PIXELS} pixels (2048 × 2048) at most, and these have ${width} × ${height}: reduce them.`;
}

class PairSessions implements Lpips {
  /** By the type of the pixels. */
  readonly #sessions = new Map<'uint8' | 'float32', Session>();
  #last: Promise<unknown> = Promise.resolve();
  device?: Device;

  constructor(
    readonly network: Network,
    readonly output: string,
    readonly options: LpipsOptions,
  ) {}

  score(pairs: PicturePairs): Promise<Float32Array> {
    // One batch after the other: a session blocks anyway, and close waits for all.
    const scored = this.#last.then(() => this.#score(pairs));
    this.#last = scored.catch(() => {});
    return scored;
  }

  async close(): Promise<void> {
    await this.#last;
    for (const session of this.#sessions.values()) await session.close();
    this.#sessions.clear();
  }

  async #score(pairs: PicturePairs): Promise<Float32Array> {
    const { a, b, count, height, width } = pairs;
    const { resize, signal } = this.options;
    const length = height * width * 3;
    for (const [name, pixels] of Object.entries({ a, b })) {
      if (pixels.length !== count * length) {
        throw new RangeError(`expected ${count * length} numbers for ${name} but received ${pixels.length}`);
      }
    }
    const distances = new Float32Array(count);
    if (count === 0) return distances;
    const obstacle = explainPairSize(height, width, resize);
    if (obstacle !== undefined) throw new NetworkError(obstacle);
    const session = await this.#sessionFor(a instanceof Uint8Array ? 'uint8' : 'float32');
    const matrices = resize === undefined ? {} : resizing(height, width, resize);
    const pixels = Math.max(height * width, (resize ?? 0) ** 2);
    const perRun = Math.max(1, Math.floor(PIXELS_PER_RUN / pixels));
    for (let start = 0; start < count; start += perRun) {
      signal?.throwIfAborted();
      const end = Math.min(start + perRun, count);
      const shape = [end - start, height, width, 3];
      const part = (all: PicturePairs['a']) => tensorOf(all.subarray(start * length, end * length), shape);
      const feeds = { [frontName('a')]: part(a), [frontName('b')]: part(b), ...matrices };
      const outputs = await session.run(feeds, [this.output]);
      distances.set(this.#read(outputs[this.output], end - start), start);
    }
    return distances;
  }

  #read({ data, shape }: TensorData, count: number): Float32Array {
    if (data instanceof Float32Array && data.length === count && data.every(Number.isFinite)) return data;
    throw new NetworkError(
      `${this.network.path} gives ${this.output} of [${shape.join(', ')}] for ${count} pairs, not one finite number for each: fetch it again.`,
    );
  }

  async #sessionFor(type: 'uint8' | 'float32'): Promise<Session> {
    const open = this.#sessions.get(type);
    if (open) return open;
    const { card, model, outside, path } = this.network;
    const { device, threads, resize } = this.options;
    const front = pairGraph(card.input, type, resize !== undefined, ANTIALIAS_OPSET);
    const session = await openWithWeights(joinModels(front, model), outside, { device, threads, what: path });
    this.#sessions.set(type, session);
    this.device = session.device;
    return session;
  }
}

function tensorOf(data: Uint8Array | Float32Array, shape: readonly number[]): TensorData {
  return data instanceof Uint8Array ? uint8(data, shape) : float32(data, shape);
}

/** The matrices that resize pictures of one size. */
function resizing(height: number, width: number, side: number): Record<string, TensorData> {
  const method = height > side && width > side ? 'area' : 'bilinear';
  const rows = resizeMatrix(height, side, method);
  return {
    [frontName('rows')]: float32(rows, [side, height]),
    [frontName('columns')]: float32(transpose(resizeMatrix(width, side, method), side, width), [width, side]),
  };
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(matrix, (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]);
}
