import { crc32 } from 'node:zlib';
import type { FileRange, RandomAccess } from '../random-access.js';
import { TableError } from '../table-error.js';
import type { ColumnChunk, ParquetFooter } from './footer.js';
import { type Page, readPageHeader } from './page-header.js';
import { locatePlainBytes } from './plain-places.js';
import { PHYSICAL, type SchemaLeaf } from './schema.js';
import { UNCOMPRESSED, unpackPage } from './unpack-page.js';
import { ENCODING, readPresence, readValues, type Value } from './values.js';

/** One row's value of a column. */
export type Cell = Value | FileRange | null;

/** A page is held whole, packed and unpacked, unless its values can be read where they stand. */
const MAX_PAGE_BYTES = 1 << 28;
const LENGTH_BYTES = 4;
const PIECE_BYTES = 1 << 20;

/**
 * Reads a column page by page; only one page is in memory. With `inPlace`, bytes of pages that are not packed are given as their places,
 * so that no page is too large.
 *
 * @yields the cells of a page, in order of rows
 * @throws {TableError} for damage, lists, and pages that are too large
 */
export async function* readColumn(
  file: RandomAccess,
  { groups, leaves }: ParquetFooter,
  column: number,
  inPlace = false,
): AsyncGenerator<readonly Cell[], void, void> {
  for (const { rows, chunks } of groups) {
    const chunk = chunks[column];
    if (chunk.values !== rows) throw new TableError('has a column with another number of values than rows');
    yield* new ChunkReader(file, chunk, leaves[column], inPlace).cells();
  }
}

class ChunkReader {
  #dictionary: readonly Value[] | undefined;

  constructor(
    private readonly file: RandomAccess,
    private readonly chunk: ColumnChunk,
    private readonly leaf: SchemaLeaf,
    private readonly inPlace: boolean,
  ) {}

  async *cells(): AsyncGenerator<readonly Cell[], void, void> {
    const { start, end, values } = this.chunk;
    let at = start;
    for (let seen = 0; seen < values; ) {
      if (at >= end) throw new TableError('has fewer values than it states');
      const page = await readPageHeader(this.file, at, end);
      at = page.start + page.packedBytes;
      if (page.kind === 'dictionary') this.#dictionary = await this.#readDictionary(page);
      if (page.kind !== 'data' && page.kind !== 'data v2') continue;
      seen += page.values;
      if (seen > values) throw new TableError('has more values than it states');
      yield await this.#readData(page);
    }
  }

  async #readDictionary(page: Page): Promise<readonly Value[]> {
    const bytes = await this.#unpack(page, 0);
    const { values: count } = page;
    return readValues(bytes, this.leaf, { encoding: ENCODING.plain, count });
  }

  async #readData(page: Page): Promise<Cell[]> {
    const isBare = this.chunk.codec === UNCOMPRESSED || !page.isPacked;
    const isPlainBytes = this.leaf.type === PHYSICAL.byteArray && page.encoding === ENCODING.plain;
    if (this.inPlace && isBare && isPlainBytes) return this.#locate(page);
    const levelBytes = page.repetitionBytes + page.definitionBytes;
    const whole = await this.#unpack(page, levelBytes);
    const { levels, values } = this.#divide(page, whole);
    const { present, count } = this.#presence(page, levels);
    const { encoding } = page;
    const found = readValues(values, this.leaf, { encoding, count, dictionary: this.#dictionary });
    return spread(present, page.values, (i) => found[i]);
  }

  /** The levels and the values of a page that is in memory. */
  #divide(
    { kind, repetitionBytes, definitionBytes }: Page,
    bytes: Buffer,
  ): { levels: Buffer; values: Buffer } {
    if (kind === 'data v2') {
      const end = repetitionBytes + definitionBytes;
      return { levels: bytes.subarray(repetitionBytes, end), values: bytes.subarray(end) };
    }
    if (this.leaf.definition === 0) return { levels: bytes.subarray(0, 0), values: bytes };
    if (bytes.length < LENGTH_BYTES) throw new TableError('has a page that is cut short');
    const end = LENGTH_BYTES + bytes.readUInt32LE(0);
    if (end > bytes.length) throw new TableError('has a page that is cut short');
    return { levels: bytes.subarray(LENGTH_BYTES, end), values: bytes.subarray(end) };
  }

  #presence({ values }: Page, levels: Uint8Array): { present?: Uint8Array; count: number } {
    if (this.leaf.definition === 0) return { count: values };
    const present = readPresence(levels, this.leaf.definition, values);
    return { present, count: present.reduce((sum, one) => sum + one, 0) };
  }

  /** The places of a page's values in the file, of which only the lengths are read. */
  async #locate(page: Page): Promise<Cell[]> {
    const { file, leaf } = this;
    await this.#checkSum(page);
    const end = page.start + page.packedBytes;
    let at = page.start;
    let levels: Uint8Array = new Uint8Array(0);
    if (page.kind === 'data v2') {
      levels = await this.#read(at + page.repetitionBytes, page.definitionBytes);
      at += page.repetitionBytes + page.definitionBytes;
    } else if (leaf.definition > 0) {
      if (end - at < LENGTH_BYTES) throw new TableError('has a page that is cut short');
      const length = (await this.#read(at, LENGTH_BYTES)).readUInt32LE(0);
      at += LENGTH_BYTES + length;
      if (at > end) throw new TableError('has a page that is cut short');
      levels = await this.#read(at - length, length);
    }
    const { present, count } = this.#presence(page, levels);
    const ranges = await locatePlainBytes(file, at, end, count);
    return spread(present, page.values, (i) => ranges[i]);
  }

  async #read(at: number, length: number): Promise<Buffer> {
    refuseLargePage(length);
    const bytes = Buffer.allocUnsafe(length);
    await this.file.read(bytes, at);
    return bytes;
  }

  /** The data of a page; its first `bare` bytes are never packed. */
  async #unpack(page: Page, bare: number): Promise<Buffer> {
    refuseLargePage(page.unpackedBytes);
    const bytes = await this.#read(page.start, page.packedBytes);
    if (page.crc32 !== undefined && crc32(bytes) !== page.crc32) throw new TableError(WRONG_SUM);
    const { codec } = this.chunk;
    if (codec === UNCOMPRESSED || !page.isPacked) return bytes;
    const unpackedBytes = page.unpackedBytes - bare;
    // A page without values may have nothing at all, which no codec would write.
    const values =
      unpackedBytes === 0 ? Buffer.alloc(0) : await unpackPage(codec, bytes.subarray(bare), unpackedBytes);
    return bare === 0 ? values : Buffer.concat([bytes.subarray(0, bare), values]);
  }

  /** Compares the checksum of a page that is not held in memory, where it has one. */
  async #checkSum({ start, packedBytes, crc32: stated }: Page): Promise<void> {
    if (stated === undefined) return;
    let sum = 0;
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, packedBytes));
    for (let done = 0; done < packedBytes; done += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, packedBytes - done));
      await this.file.read(part, start + done);
      sum = crc32(part, sum);
    }
    if (sum !== stated) throw new TableError(WRONG_SUM);
  }
}

const WRONG_SUM = 'has a page that is damaged (its checksum is another)';

function refuseLargePage(bytes: number): void {
  if (bytes > MAX_PAGE_BYTES) {
    throw new TableError(
      `has a page of ${bytes} bytes, more than ${MAX_PAGE_BYTES}`,
      'write the pictures without compression or in smaller row groups',
    );
  }
}

/** One cell a row; `value` gives the values that are there, by their number. */
function spread<T extends Cell>(
  present: Uint8Array | undefined,
  rows: number,
  value: (i: number) => T,
): (T | null)[] {
  let next = 0;
  return Array.from({ length: rows }, (_, row) =>
    present === undefined || present[row] === 1 ? value(next++) : null,
  );
}
