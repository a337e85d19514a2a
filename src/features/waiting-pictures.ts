import { timePart } from '../core/run-profile.js';
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
  /**
   * Batches that it may be given before it has done with the first.
   * @default 1
   */
  readonly inFlight?: number;
  take(group: readonly Picture[], batch: PixelBatch): Promise<void>;
}

/** Pictures of one size. */
interface Group {
  readonly width: number;
  readonly height: number;
  readonly pictures: Picture[];
}

/**
 * Pictures that wait until enough of their size are there: pictures of one folder may differ in size, and a batch can't. Each waits once,
 * however many take it.
 */
export class WaitingPictures {
  readonly #bySize = new Map<string, Group>();
  readonly #maxBytes: number;
  readonly #enough: number;
  readonly #inFlight: number;
  /** Groups that are being taken, the oldest first. */
  readonly #taken = new Set<Promise<void>>();
  /** The group that the last picture came to: mostly the next one's. */
  #last: Group | undefined;
  #bytes = 0;

  /** @param budget where the pictures that wait, or are being taken, are counted */
  constructor(
    private readonly takers: readonly PictureTaker[],
    private readonly budget?: MemoryBudget,
  ) {
    this.#maxBytes = budget ? budget.limit * WAITING_SHARE : MAX_WAITING_BYTES;
    this.#enough = Math.max(...takers.map(({ batchSize }) => batchSize));
    this.#inFlight = Math.min(...takers.map(({ inFlight = 1 }) => inFlight));
  }

  /** Adds a picture. @returns what is to be waited for before the next is added; undefined where that is nothing */
  add(picture: Picture): Promise<void> | undefined {
    const group = this.#groupOf(picture);
    group.pictures.push(picture);
    this.#bytes += picture.pixels.length;
    this.budget?.hold(picture.pixels.length);
    const isFull = group.pictures.length >= this.#enough;
    if (isFull) this.#give(group);
    if (this.#bytes > this.#maxBytes) return this.giveAll();
    return isFull ? this.#waitForRoom() : undefined;
  }

  /** Gives away all that wait, in batches as they are. */
  async giveAll(): Promise<void> {
    for (const group of [...this.#bySize.values()]) {
      this.#give(group);
      await this.#waitForRoom();
    }
  }

  /** Waits until all that were given away have been taken. */
  async drain(): Promise<void> {
    await Promise.all(this.#taken);
  }

  /** Gives back the room of what still waits and will not be taken, when what is being taken has been. */
  async discard(): Promise<void> {
    this.#bySize.clear();
    this.#last = undefined;
    this.budget?.release(this.#bytes);
    this.#bytes = 0;
    await Promise.allSettled(this.#taken);
  }

  #groupOf({ width, height }: Picture): Group {
    if (this.#last?.width === width && this.#last.height === height) return this.#last;
    const size = sizeOf({ width, height });
    this.#last = this.#bySize.get(size) ?? { width, height, pictures: [] };
    this.#bySize.set(size, this.#last);
    return this.#last;
  }

  /** Waits while as many groups are being taken as may be. What failed is told here, at the latest by `drain`. */
  async #waitForRoom(): Promise<void> {
    while (this.#taken.size >= this.#inFlight) {
      const [oldest] = this.#taken;
      // A network in this thread counts its time itself.
      await (this.#inFlight > 1 ? timePart('infer', () => oldest) : oldest);
    }
  }

  #give(group: Group): void {
    this.#bySize.delete(sizeOf(group));
    if (this.#last === group) this.#last = undefined;
    const bytes = group.pictures.length * group.width * group.height * 3;
    this.#bytes -= bytes;
    const taken: Promise<void> = this.#take(group).finally(() => this.budget?.release(bytes));
    this.#taken.add(taken);
    // One that failed stays, so that whoever waits is told.
    taken.then(
      () => this.#taken.delete(taken),
      () => {},
    );
  }

  async #take({ width, height, pictures }: Group): Promise<void> {
    const joined = joinPixels(pictures);
    for (const taker of this.takers) {
      for (let at = 0; at < pictures.length; at += taker.batchSize) {
        const some = pictures.slice(at, at + taker.batchSize);
        const pixels = joined.subarray(at * width * height * 3, (at + some.length) * width * height * 3);
        await taker.take(some, { pixels, count: some.length, width, height });
      }
    }
  }
}

function sizeOf({ width, height }: Pick<Group, 'width' | 'height'>): string {
  return `${width}x${height}`;
}

/** The pixels of pictures of one size, one after the other; as they are where they stand so already. */
function joinPixels(group: readonly Picture[]): Uint8Array {
  const [{ pixels }] = group;
  const { buffer, byteOffset, length } = pixels;
  const isJoined = group.every(
    (picture, i) => picture.pixels.buffer === buffer && picture.pixels.byteOffset === byteOffset + i * length,
  );
  if (isJoined) return new Uint8Array(buffer, byteOffset, group.length * length);
  const joined = new Uint8Array(group.length * length);
  group.forEach((picture, i) => {
    joined.set(picture.pixels, i * length);
  });
  return joined;
}
