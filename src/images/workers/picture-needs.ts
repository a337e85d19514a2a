/** Pictures that need less are not counted one by one: there may be millions. */
const SMALL = 1 << 20;

/** What pictures take while they are decoded, beside their pixels. */
export class PictureNeeds {
  readonly #large = new Map<number, number>();
  /** Whether there is a picture that needs more than it may take. */
  refusesSome = false;

  /** @param limit bytes that one picture may take */
  constructor(readonly limit: number) {}

  /** @param needs bytes at the most while the picture is decoded: its file, its pixels, and what the decoder holds */
  set(index: number, needs: number): void {
    if (needs < SMALL) return;
    this.#large.set(index, needs);
    if (needs > this.limit) this.refusesSome = true;
  }

  /** Bytes that the neediest of some pictures takes beside its pixels; `pixelBytes` are those of a picture. */
  mostBeside(indices: readonly number[], pixelBytes: (index: number) => number): number {
    if (this.#large.size === 0) return 0;
    return indices.reduce((most, index) => {
      const needs = this.#large.get(index);
      return needs === undefined ? most : Math.max(most, needs - pixelBytes(index));
    }, 0);
  }

  /** Why a picture is not decoded, as half a sentence; undefined if it has room. */
  refusal(index: number): string | undefined {
    const needs = this.#large.get(index) ?? 0;
    if (needs <= this.limit) return undefined;
    return `needs about ${inMegabytes(needs)} to be decoded, more than --max-memory ${inMegabytes(this.limit)}`;
  }
}

function inMegabytes(bytes: number): string {
  return `${Number((bytes / 1e6).toPrecision(3))}M`;
}
