import type { FileRange, RandomAccess } from '../random-access.js';
import { TableError } from '../table-error.js';
import type { FlatTable } from './flat-table.js';
import type { ArrowLeaf } from './schema.js';

/** Rows of a table; buffers are places in the file. */
export interface RecordBatch {
  readonly rows: number;
  readonly nodes: readonly { readonly rows: number; readonly missing: number }[];
  readonly buffers: readonly FileRange[];
}

const PACKERS = ['LZ4', 'Zstandard'];
const BITS_A_BYTE = 8;
const INT64_BYTES = 8;
const MAX_TEXT_BYTES = 1 << 28;

/**
 * The rows that a message's head describes.
 *
 * @param body where its buffers are in the file
 * @throws {TableError} if it is damaged or packed
 */
export function readBatchHead(head: FlatTable, body: FileRange): RecordBatch {
  const packing = head.table(3);
  if (packing) {
    throw new TableError(
      `is packed by ${PACKERS[packing.uint8(0)] ?? 'an unknown codec'}`,
      'write it without compression, as datasets does, or as Parquet',
    );
  }
  const rows = head.int64(0);
  const nodes = head.pairs(1).map(([length, missing]) => ({ rows: length, missing }));
  const buffers = head.pairs(2).map(([offset, bytes]) => {
    if (offset < 0 || bytes < 0 || offset + bytes > body.bytes) {
      throw new TableError('has buffers that are not in the file');
    }
    return { offset: body.offset + offset, bytes };
  });
  if (rows < 0) throw new TableError('has a head that is damaged');
  return { rows, nodes, buffers };
}

/** Reads the columns of one batch. */
export class BatchReader {
  constructor(
    private readonly file: RandomAccess,
    private readonly batch: RecordBatch,
  ) {}

  /**
   * Where the values of a column of bytes or text stand, one a row; null for those that are missing.
   *
   * @throws {TableError} if the batch is damaged
   */
  async ranges(leaf: ArrowLeaf): Promise<(FileRange | null)[]> {
    const { rows } = this.batch;
    const present = await this.#presence(leaf);
    if (rows === 0) return [];
    const offsets = await this.#read(this.#buffer(leaf.buffer + 1), (rows + 1) * leaf.width);
    const data = this.#buffer(leaf.buffer + 2);
    const offsetAt = (row: number) =>
      leaf.width === INT64_BYTES ? Number(offsets.readBigInt64LE(8 * row)) : offsets.readInt32LE(4 * row);
    return Array.from({ length: rows }, (_, row) => {
      if (!present(row)) return null;
      const start = offsetAt(row);
      const end = offsetAt(row + 1);
      if (start < 0 || end < start || end > data.bytes)
        throw new TableError('has values that are not in the file');
      return { offset: data.offset + start, bytes: end - start };
    });
  }

  /** The values of a column of text. */
  async texts(leaf: ArrowLeaf): Promise<(string | null)[]> {
    const ranges = await this.ranges(leaf);
    const { offset, bytes } = this.#buffer(leaf.buffer + 2);
    if (bytes > MAX_TEXT_BYTES)
      throw new TableError(`has a column of ${bytes} bytes of text, more than ${MAX_TEXT_BYTES}`);
    const text = await this.#read({ offset, bytes }, bytes);
    return ranges.map((range) => {
      if (!range) return null;
      const start = range.offset - offset;
      return text.toString('utf8', start, start + range.bytes);
    });
  }

  /** The values of a column of whole numbers. */
  async numbers(leaf: ArrowLeaf): Promise<(bigint | null)[]> {
    const { rows } = this.batch;
    const present = await this.#presence(leaf);
    const data = await this.#read(this.#buffer(leaf.buffer + 1), rows * leaf.width);
    return Array.from({ length: rows }, (_, row) => (present(row) ? readNumber(data, row, leaf) : null));
  }

  #buffer(index: number): FileRange {
    const buffer = this.batch.buffers[index];
    if (!buffer) throw new TableError('has fewer buffers than its schema');
    return buffer;
  }

  /** The first `bytes` bytes of a buffer. */
  async #read({ offset, bytes: has }: FileRange, bytes: number): Promise<Buffer> {
    if (bytes > has) throw new TableError('has a buffer that is cut short');
    const found = Buffer.allocUnsafe(bytes);
    await this.file.read(found, offset);
    return found;
  }

  /** Whether a row has a value: neither it nor a structure above it is missing. */
  async #presence({ above, node, buffer }: ArrowLeaf): Promise<(row: number) => boolean> {
    const { rows, nodes } = this.batch;
    const masks: Buffer[] = [];
    for (const level of [...above, { node, buffer }]) {
      const facts = nodes[level.node];
      if (facts?.rows !== rows) throw new TableError('has a column with another number of rows');
      if (facts.missing === 0) continue;
      masks.push(await this.#read(this.#buffer(level.buffer), Math.ceil(rows / BITS_A_BYTE)));
    }
    return (row) => masks.every((mask) => ((mask[row >> 3] >> (row & 7)) & 1) === 1);
  }
}

function readNumber(data: Buffer, row: number, { width, isSigned }: ArrowLeaf): bigint {
  if (width === INT64_BYTES) {
    return isSigned ? data.readBigInt64LE(width * row) : data.readBigUInt64LE(width * row);
  }
  return BigInt(isSigned ? data.readIntLE(width * row, width) : data.readUIntLE(width * row, width));
}
