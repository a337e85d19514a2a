const MAX_SLAB_BYTES = 1 << 22;

/**
 * Memory for the pixels of a run of pictures, in as few buffers as possible: passing a buffer from thread to thread costs as much as
 * decoding a small picture.
 */
export class PixelSlabs {
  readonly buffers: ArrayBuffer[] = [];
  #used = 0;

  /** `bytes` bytes in the last of `buffers`. `left` is how many pictures of probably this size are still to come, itself included. */
  reserve(bytes: number, left: number): Uint8Array {
    const last = this.buffers.at(-1);
    if (!last || this.#used + bytes > last.byteLength) {
      this.buffers.push(new ArrayBuffer(Math.max(bytes, Math.min(bytes * left, MAX_SLAB_BYTES))));
      this.#used = 0;
    }
    const pixels = new Uint8Array(this.buffers[this.buffers.length - 1], this.#used, bytes);
    this.#used += bytes;
    return pixels;
  }
}
