/** What pictures may take by default, in bytes: one of the most pixels that are read finds room. */
export const DEFAULT_MAX_MEMORY = 700e6;

/**
 * Bytes that the pictures of a source may take at the same time, from where they are decoded to where they have gone through a network.
 * A picture that is needed now is never refused: larger than what is left, it is decoded alone.
 */
export class MemoryBudget {
  #held = 0;
  #most = 0;

  /** @param limit in bytes */
  constructor(readonly limit: number) {}

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /** The most bytes that were held at the same time. */
  get most(): number {
    return this.#most;
  }

  /** Whether there is room for so many bytes more, and for a run of a network over pictures that are there. */
  fits(bytes: number): boolean {
    return this.#held + bytes <= this.limit * (1 - SHARE_OF_RUN);
  }

  hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held > this.#most) this.#most = this.#held;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}

/**
 * Of the limit, what a batch of pictures and the graph that resizes them may take, and what was given back here but is not yet collected
 * by the garbage collector: with a quarter, eight pictures of 8192×8192 took 752 MB on four threads.
 */
const SHARE_OF_RUN = 0.45;
