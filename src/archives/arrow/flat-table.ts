import { TableError } from '../table-error.js';

const DAMAGED = 'has a head that is damaged';
const SLOT_BYTES = 2;
const POINTER_BYTES = 4;
const VTABLE_HEAD_BYTES = 4;
/** Of a table in a vector: the pointer to it, and its own to its vtable. */
const LEAST_TABLE_BYTES = 8;
/** Parts of a sound buffer do not overlap, but for texts that a writer shares. */
const READINGS = 2;

/** How many more bytes of vectors may be read: tables of a hostile buffer share vectors, and each would be read again and again. */
interface Budget {
  left: number;
}

/**
 * A table of a FlatBuffer, the form of the heads of Arrow's messages. Every place is checked against the buffer, and what is absent has its
 * default, as the format has it.
 */
export class FlatTable {
  readonly #vtable: number;

  private constructor(
    private readonly bytes: Buffer,
    private readonly at: number,
    private readonly budget: Budget,
  ) {
    this.#vtable = at - this.#int32(at);
  }

  /**
   * The table at the root of a buffer.
   *
   * @throws {TableError} if there is none
   */
  static root(bytes: Buffer): FlatTable {
    if (bytes.length < POINTER_BYTES) throw new TableError(DAMAGED);
    return new FlatTable(bytes, bytes.readUInt32LE(0), { left: READINGS * bytes.length });
  }

  /** Where the field of this number stands; undefined where it is absent. */
  #place(field: number): number | undefined {
    const slot = VTABLE_HEAD_BYTES + SLOT_BYTES * field;
    if (slot + SLOT_BYTES > this.#uint16(this.#vtable)) return undefined;
    const offset = this.#uint16(this.#vtable + slot);
    return offset === 0 ? undefined : this.at + offset;
  }

  uint8(field: number, absent = 0): number {
    const at = this.#place(field);
    return at === undefined ? absent : this.bytes[this.#check(at, 1)];
  }

  int16(field: number): number {
    const at = this.#place(field);
    return at === undefined ? 0 : this.bytes.readInt16LE(this.#check(at, 2));
  }

  int32(field: number): number {
    const at = this.#place(field);
    return at === undefined ? 0 : this.#int32(at);
  }

  int64(field: number): number {
    const at = this.#place(field);
    return at === undefined ? 0 : this.#int64(at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#place(field);
    return at === undefined ? undefined : new FlatTable(this.bytes, at + this.#uint32(at), this.budget);
  }

  text(field: number): string {
    const { start, count } = this.#vector(field, 1);
    return this.bytes.toString('utf8', start, start + count);
  }

  /** The tables of a vector, each as it is asked for: a hostile buffer states millions. */
  *tables(field: number): Generator<FlatTable, void, void> {
    const { start, count } = this.#vector(field, POINTER_BYTES, LEAST_TABLE_BYTES);
    for (let i = 0; i < count; i++) {
      const at = start + i * POINTER_BYTES;
      yield new FlatTable(this.bytes, at + this.#uint32(at), this.budget);
    }
  }

  /** A vector of pairs of 64-bit whole numbers. */
  pairs(field: number): [number, number][] {
    const { start, count } = this.#vector(field, 16);
    return Array.from({ length: count }, (_, i) => [
      this.#int64(start + 16 * i),
      this.#int64(start + 16 * i + 8),
    ]);
  }

  /** @param cost bytes that an entry takes of the budget */
  #vector(field: number, width: number, cost = width): { start: number; count: number } {
    const at = this.#place(field);
    if (at === undefined) return { start: 0, count: 0 };
    const start = at + this.#uint32(at);
    const count = this.#uint32(start);
    this.#check(start + POINTER_BYTES, count * width);
    this.budget.left -= count * cost;
    if (this.budget.left < 0) throw new TableError(DAMAGED);
    return { start: start + POINTER_BYTES, count };
  }

  #uint16(at: number): number {
    return this.bytes.readUInt16LE(this.#check(at, 2));
  }

  #uint32(at: number): number {
    return this.bytes.readUInt32LE(this.#check(at, 4));
  }

  #int32(at: number): number {
    return this.bytes.readInt32LE(this.#check(at, 4));
  }

  #int64(at: number): number {
    const value = Number(this.bytes.readBigInt64LE(this.#check(at, 8)));
    if (!Number.isSafeInteger(value)) throw new TableError(DAMAGED);
    return value;
  }

  #check(at: number, bytes: number): number {
    if (at < 0 || at + bytes > this.bytes.length) throw new TableError(DAMAGED);
    return at;
  }
}
