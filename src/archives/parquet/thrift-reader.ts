import { TableError } from '../table-error.js';

/** Types of Thrift's compact protocol, as its specification numbers them. */
export const THRIFT = {
  yes: 1,
  no: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const;

/** Structures of Parquet are three or four deep. */
const MAX_DEPTH = 16;
/** Row groups, or parts of columns, of the largest files are far fewer. */
const MAX_ENTRIES = 1 << 19;
const DOUBLE_BYTES = 8;
/** Bits of a 64-bit number in groups of seven. */
const MAX_SHIFT = 63n;

/** The bytes end within a value: there may be more of them in the file. */
export class OutOfBytes extends TableError {}

/**
 * Reads structures of Thrift's compact protocol, in which Parquet's footer and page headers are written. The caller takes the fields that
 * it needs and skips the others, so that nothing else is held; no count is believed before its bytes are there.
 */
export class ThriftReader {
  at = 0;
  #depth = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /**
   * Goes through a structure. `field` must take each value, or `skip` it.
   *
   * @throws {TableError} where the bytes are no such structure
   */
  struct(field: (id: number, type: number) => void): void {
    if (++this.#depth > MAX_DEPTH) throw new TableError('has structures that are too deep');
    let id = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const step = head >> 4;
      id = step > 0 ? id + step : Number(this.i64());
      field(id, head & 15);
    }
    this.#depth--;
  }

  /** The elements of a list, each read by `element`. */
  list<T>(element: (type: number) => T): T[] {
    const { count, type } = this.#listHead();
    // A byte in the file becomes a hundred in memory.
    if (count > MAX_ENTRIES) throw new TableError(`has a list of ${count} entries, more than ${MAX_ENTRIES}`);
    const elements: T[] = [];
    for (let i = 0; i < count; i++) elements.push(element(type));
    return elements;
  }

  #listHead(): { count: number; type: number } {
    const head = this.#byte();
    const short = head >> 4;
    const count = short < 15 ? short : Number(this.#varint());
    // Each element takes a byte at least.
    if (count > this.bytes.length - this.at) throw new OutOfBytes('states more entries than it has room for');
    return { count, type: head & 15 };
  }

  /** A whole number as a double; one beyond 2^53 is damage wherever it stands in Parquet. */
  number(): number {
    const value = Number(this.i64());
    if (!Number.isSafeInteger(value)) throw new TableError('states a number that is impossible');
    return value;
  }

  i64(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  binary(): Uint8Array {
    const length = Number(this.#varint());
    if (length > this.bytes.length - this.at) throw new OutOfBytes('states more bytes than it has');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return Buffer.from(this.binary()).toString('utf8');
  }

  /** Passes over a value of a field. */
  skip(type: number): void {
    if (type === THRIFT.yes || type === THRIFT.no) return;
    this.#skipElement(type);
  }

  /** As `skip`, for an element of a list, where a truth value has a byte of its own. */
  #skipElement(type: number): void {
    switch (type) {
      case THRIFT.yes:
      case THRIFT.no:
      case THRIFT.byte:
        this.#byte();
        return;
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        this.#varint();
        return;
      case THRIFT.double:
        if (DOUBLE_BYTES > this.bytes.length - this.at) throw new OutOfBytes('is cut short');
        this.at += DOUBLE_BYTES;
        return;
      case THRIFT.binary:
        this.binary();
        return;
      case THRIFT.list:
      case THRIFT.set:
        this.#skipList();
        return;
      case THRIFT.struct:
        this.struct((_, inner) => this.skip(inner));
        return;
      default:
        throw new TableError('has a structure that is damaged');
    }
  }

  #skipList(): void {
    if (++this.#depth > MAX_DEPTH) throw new TableError('has structures that are too deep');
    const { count, type } = this.#listHead();
    for (let i = 0; i < count; i++) this.#skipElement(type);
    this.#depth--;
  }

  #byte(): number {
    if (this.at >= this.bytes.length) throw new OutOfBytes('is cut short');
    return this.bytes[this.at++];
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift <= MAX_SHIFT; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new TableError('has a number that is too long');
  }
}
