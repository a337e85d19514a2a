import type { DeviceChoice } from '../../devices/device-choices.js';
import { openSession, type Session } from '../../onnx/session.js';
import { buildMsssimGraph, buildTileGraph, type MapTile, type PairShape } from './msssim-graph.js';
import { computeTermsInTiles } from './score-in-tiles.js';

/** Changes whenever the same two pictures would get another score. Part of cache keys. */
export const MSSSIM_VERSION = 'google-2016@1';

/** Exponents of the five levels (Wang et al. 2003, section 3.2). */
export const MSSSIM_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;

/** Pixels of one picture times pairs in one run: about where the intermediate arrays leave the processor's cache. */
const PIXELS_PER_RUN = 32768;

/**
 * What the runs of all open sessions may hold together, in the same unit: a session keeps the memory of its largest run (about
 * 300 bytes for each pixel), and a source of mixed sizes needs a session for every size.
 */
const PIXELS_OF_SESSIONS = 8 * PIXELS_PER_RUN;

/** Larger pictures are scored in tiles of `PIXELS_PER_RUN`. Up to here one run is faster. */
const PIXELS_OF_WHOLE = PIXELS_OF_SESSIONS;

/** Pairs of one size: picture i of `a` against picture i of `b`. */
export interface PairBatch extends PairShape {
  /** uint8 [count, height, width, channels], 0–255. */
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  readonly count: number;
}

export interface MsssimScore {
  /** In [0, 1] up to rounding. */
  readonly value: number;
  /** Whether a negative term was set to 0, which makes `value` 0; Google's code gives NaN there. */
  readonly clamped: boolean;
}

/** MS-SSIM of pairs of pictures on ONNX Runtime. A pair's score has the same bits in every batch, with any number of threads. */
export interface Msssim {
  /**
   * The score of each pair, in order. Pictures may have any size from 1×1.
   *
   * @throws {RangeError} for pictures that don't fill the batch's shape
   */
  score(batch: PairBatch): Promise<MsssimScore[]>;
  close(): Promise<void>;
}

export interface MsssimOptions {
  readonly device: DeviceChoice;
  /** Threads of the runtime; undefined lets it choose. */
  readonly threads?: number;
  /** Ends the scoring of large pictures with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a scorer. Its sessions start with the first pair of each size.
 *
 * @throws {NetworkError} if the device cannot run
 */
export async function openMsssim(options: MsssimOptions): Promise<Msssim> {
  return new SessionPool(options);
}

/** A session as it is asked for. */
interface Wanted {
  readonly key: string;
  /** Pixels of its largest run. */
  readonly pixels: number;
  readonly what: string;
  readonly build: () => Uint8Array;
}

class SessionPool implements Msssim {
  /** By shape, the least recently used first. */
  readonly #sessions = new Map<string, { readonly session: Session; readonly pixels: number }>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly options: MsssimOptions) {}

  score(batch: PairBatch): Promise<MsssimScore[]> {
    // One batch after the other, so that no session is closed for want of room while it runs.
    const scored = this.#last.then(() => this.#scoreBatch(batch));
    this.#last = scored.catch(() => {});
    return scored;
  }

  async close(): Promise<void> {
    await this.#last;
    // Nothing fits beside a run of the whole allowance.
    await this.#makeRoom(PIXELS_OF_SESSIONS);
  }

  async #scoreBatch(batch: PairBatch): Promise<MsssimScore[]> {
    const { a, b, count, height, width, channels } = batch;
    const length = height * width * channels;
    for (const [name, pixels] of Object.entries({ a, b })) {
      if (pixels.length !== count * length) {
        throw new RangeError(`expected ${count * length} bytes for ${name} but received ${pixels.length}`);
      }
    }
    if (count === 0) return [];
    return height * width > PIXELS_OF_WHOLE ? this.#scoreInTiles(batch) : this.#scoreWhole(batch);
  }

  async #scoreInTiles({ a, b, count, ...shape }: PairBatch): Promise<MsssimScore[]> {
    const length = shape.height * shape.width * shape.channels;
    const options = {
      pixelsPerTile: PIXELS_PER_RUN,
      sessionFor: (tile: MapTile) => this.#sessionForTile(tile),
      signal: this.options.signal,
    };
    const scores: MsssimScore[] = [];
    for (let start = 0; start < count * length; start += length) {
      const part = (pixels: Uint8Array) => pixels.subarray(start, start + length);
      const pair = { ...shape, a: part(a), b: part(b) };
      scores.push(combineTerms(await computeTermsInTiles(pair, MSSSIM_WEIGHTS.length, options)));
    }
    return scores;
  }

  async #scoreWhole(batch: PairBatch): Promise<MsssimScore[]> {
    const { a, b, count, height, width, channels } = batch;
    const length = height * width * channels;
    const session = await this.#sessionFor(batch);
    const perRun = Math.max(1, Math.floor(PIXELS_PER_RUN / (height * width)));
    const scores: MsssimScore[] = [];
    for (let start = 0; start < count; start += perRun) {
      const end = Math.min(start + perRun, count);
      const shape = [end - start, height, width, channels];
      const part = (pixels: Uint8Array) =>
        ({ type: 'uint8', shape, data: pixels.subarray(start * length, end * length) }) as const;
      const { terms } = await session.run({ a: part(a), b: part(b) });
      const data = terms.data as Float64Array;
      for (let at = 0; at < data.length; at += MSSSIM_WEIGHTS.length) {
        scores.push(combineTerms(data.subarray(at, at + MSSSIM_WEIGHTS.length)));
      }
    }
    return scores;
  }

  #sessionFor(shape: PairShape): Promise<Session> {
    const { height, width, channels } = shape;
    return this.#session({
      key: `${height}x${width}x${channels}`,
      pixels: Math.max(PIXELS_PER_RUN, height * width),
      what: `MS-SSIM of ${width}×${height} pictures`,
      build: () => buildMsssimGraph(shape, MSSSIM_WEIGHTS.length),
    });
  }

  #sessionForTile(tile: MapTile): Promise<Session> {
    const { rows, columns, channels, window, type, isLast } = tile;
    return this.#session({
      key: `tile ${rows}x${columns}x${channels} ${window} ${type} ${isLast}`,
      pixels: rows * columns,
      what: 'MS-SSIM of large pictures',
      build: () => buildTileGraph(tile),
    });
  }

  async #session({ key, pixels, what, build }: Wanted): Promise<Session> {
    let open = this.#sessions.get(key);
    if (open) {
      this.#sessions.delete(key);
    } else {
      await this.#makeRoom(pixels);
      const { device, threads } = this.options;
      open = { session: await openSession(build(), { device, threads, what }), pixels };
    }
    this.#sessions.set(key, open);
    return open.session;
  }

  /** Closes the sessions that were not used for longest until another of `pixels` fits, or none is left. */
  async #makeRoom(pixels: number): Promise<void> {
    let total = pixels;
    for (const open of this.#sessions.values()) total += open.pixels;
    for (const [key, open] of this.#sessions) {
      if (total <= PIXELS_OF_SESSIONS) return;
      this.#sessions.delete(key);
      await open.session.close();
      total -= open.pixels;
    }
  }
}

/** The product of the levels' terms, each to its weight; a negative term counts as 0. */
export function combineTerms(terms: ArrayLike<number>): MsssimScore {
  let value = 1;
  let clamped = false;
  MSSSIM_WEIGHTS.forEach((weight, level) => {
    if (terms[level] < 0) clamped = true;
    value *= Math.max(0, terms[level]) ** weight;
  });
  return { value, clamped };
}
