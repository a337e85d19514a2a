import { TableError } from '../table-error.js';

const BITS_A_BYTE = 8;
const MAX_WIDTH = 32;
const GROUP = 8;

/** Bits that a number up to `value` takes. */
export function bitWidthOf(value: number): number {
  return MAX_WIDTH - Math.clz32(value);
}

/**
 * Reads `count` numbers of Parquet's hybrid of runs and packed bits: definition levels and places in a dictionary. Runs beyond `count` are
 * cut.
 *
 * @param width bits a number, at most 32
 * @throws {TableError} if the bytes end before
 */
export function readHybrid(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (width > MAX_WIDTH) throw new TableError(`has numbers of ${width} bits, which is damage`);
  const numbers = new Uint32Array(count);
  const runs = new HybridRuns(bytes, width);
  for (let done = 0; done < count; ) done = runs.read(numbers, done);
  return numbers;
}

class HybridRuns {
  #at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly width: number,
  ) {}

  /** Fills `numbers` from `done` on with the next run; the new number of those done. */
  read(numbers: Uint32Array, done: number): number {
    const head = this.#varint();
    return head % 2 === 1
      ? this.#readPacked(numbers, done, ((head - 1) / 2) * GROUP)
      : this.#repeat(numbers, done, head / 2);
  }

  #repeat(numbers: Uint32Array, done: number, times: number): number {
    if (times === 0) throw new TableError('has an empty run, which is damage');
    let value = 0;
    for (let shift = 0; shift < this.width; shift += BITS_A_BYTE) value += this.#byte() * 2 ** shift;
    const end = Math.min(numbers.length, done + times);
    numbers.fill(value, done, end);
    return end;
  }

  #readPacked(numbers: Uint32Array, done: number, packed: number): number {
    if (packed === 0) throw new TableError('has an empty run, which is damage');
    const end = Math.min(numbers.length, done + packed);
    const start = this.#at;
    for (let i = done; i < end; i++) numbers[i] = this.#bits(start, (i - done) * this.width);
    this.#at = start + (packed * this.width) / BITS_A_BYTE;
    return end;
  }

  /** The number at a bit, counted from the byte `start`; the lowest bits come first. */
  #bits(start: number, bit: number): number {
    let value = 0;
    let have = 0;
    for (let at = start + Math.floor(bit / BITS_A_BYTE); have < this.width; at++) {
      if (at >= this.bytes.length) throw new TableError('has a page that is cut short');
      const skipped = have === 0 ? bit % BITS_A_BYTE : 0;
      const taken = Math.min(BITS_A_BYTE - skipped, this.width - have);
      value += ((this.bytes[at] >> skipped) & ((1 << taken) - 1)) * 2 ** have;
      have += taken;
    }
    return value;
  }

  #byte(): number {
    if (this.#at >= this.bytes.length) throw new TableError('has a page that is cut short');
    return this.bytes[this.#at++];
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new TableError('has a run that is too long, which is damage');
  }
}
