import type { Picture } from '../images/picture.js';
import type { MemoryBudget } from '../images/workers/memory-budget.js';
import type { PixelBatch } from '../networks/preprocessing/streaming/list-feeds.js';

/** Of what pictures may take in memory, the part that may wait for a batch of their size to fill. */
const WAITING_SHARE = 1 / 16;
/** Bytes that may wait where memory is not bounded. */
const MAX_WAITING_BYTES = 256 * 2 ** 20;

/** What takes pictures of one size, some at a time. */
export interface PictureTaker {
  /** Pictures that it takes at a time; it is given fewer where no more are there. */
  readonly batchSize: number;
  take(group: readonly Picture[], batch: PixelBatch): Promise<void>;
}

/**
 * Pictures that wait until enough of their size are there: pictures of one folder may differ in size, and a batch can't. Each waits once,
 * however many take it.
 */
export class WaitingPictures {
  readonly #bySize = new Map<string, Picture[]>();
  readonly #maxBytes: number;
  readonly #enough: number;
  #bytes = 0;

  /** @param budget where the pictures that wait are counted */
  constructor(
    private readonly takers: readonly PictureTaker[],
    private readonly budget?: MemoryBudget,
  ) {
    this.#maxBytes = budget ? budget.limit * WAITING_SHARE : MAX_WAITING_BYTES;
    this.#enough = Math.max(...takers.map(({ batchSize }) => batchSize));
  }

  async add(picture: Picture): Promise<void> {
    const size = `${picture.width}x${picture.height}`;
    const group = this.#bySize.get(size) ?? [];
    group.push(picture);
    this.#bySize.set(size, group);
    this.#bytes += picture.pixels.length;
    this.budget?.hold(picture.pixels.length);
    if (group.length >= this.#enough) await this.#give(size, group);
    if (this.#bytes > this.#maxBytes) await this.giveAll();
  }

  /** Gives away all that wait, in batches as they are. */
  async giveAll(): Promise<void> {
    for (const [size, group] of this.#bySize) await this.#give(size, group);
  }

  /** Gives back the room of what still waits and will not be taken. */
  discard(): void {
    this.#bySize.clear();
    this.budget?.release(this.#bytes);
    this.#bytes = 0;
  }

  async #give(size: string, group: readonly Picture[]): Promise<void> {
    this.#bySize.delete(size);
    const [{ width, height }] = group;
    const bytes = group.length * width * height * 3;
    this.#bytes -= bytes;
    try {
      const joined = joinPixels(group);
      for (const taker of this.takers) {
        for (let at = 0; at < group.length; at += taker.batchSize) {
          const some = group.slice(at, at + taker.batchSize);
          const pixels = joined.subarray(at * width * height * 3, (at + some.length) * width * height * 3);
          await taker.take(some, { pixels, count: some.length, width, height });
        }
      }
    } finally {
      this.budget?.release(bytes);
    }
  }
}

/** The pixels of pictures of one size, one after the other; those of a single picture as they are. */
function joinPixels(group: readonly Picture[]): Uint8Array {
  const [{ pixels }] = group;
  if (group.length === 1) return pixels;
  const joined = new Uint8Array(group.length * pixels.length);
  group.forEach((picture, i) => {
    joined.set(picture.pixels, i * pixels.length);
  });
  return joined;
}
