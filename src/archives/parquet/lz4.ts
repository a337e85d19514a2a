import { TableError } from '../table-error.js';
import { copyBack } from './snappy.js';

const DAMAGED = 'has a page whose LZ4 data are damaged';
const LEAST_MATCH = 4;
const MORE = 15;
const HADOOP_HEAD_BYTES = 8;

/**
 * Unpacks a block of LZ4 into `unpacked`, which it must fill.
 *
 * @throws {TableError} for anything else
 */
export function unpackLz4(packed: Uint8Array, unpacked: Uint8Array): void {
  let from = 0;
  let to = 0;
  /** The rest of a length whose first four bits are all set. */
  const readMore = (): number => {
    let sum = 0;
    for (;;) {
      if (from >= packed.length) throw new TableError(DAMAGED);
      const byte = packed[from++];
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  while (from < packed.length) {
    const token = packed[from++];
    const literals = token >> 4;
    const bytes = literals + (literals === MORE ? readMore() : 0);
    if (from + bytes > packed.length || to + bytes > unpacked.length) throw new TableError(DAMAGED);
    unpacked.set(packed.subarray(from, from + bytes), to);
    from += bytes;
    to += bytes;
    if (from === packed.length) break;
    if (from + 2 > packed.length) throw new TableError(DAMAGED);
    const back = packed[from] + packed[from + 1] * 256;
    from += 2;
    const match = token & MORE;
    const matched = LEAST_MATCH + match + (match === MORE ? readMore() : 0);
    copyBack(unpacked, { to, back, bytes: matched });
    to += matched;
  }
  if (to !== unpacked.length) throw new TableError(DAMAGED);
}

/**
 * Unpacks what Parquet's codec LZ4 means in practice: Hadoop's blocks, each with its unpacked and its packed size before it, or in some old
 * files one bare block.
 *
 * @throws {TableError} if it is neither
 */
export function unpackHadoopLz4(packed: Buffer, unpacked: Uint8Array): void {
  const blocks = listHadoopBlocks(packed, unpacked.length);
  if (!blocks) {
    unpackLz4(packed, unpacked);
    return;
  }
  let to = 0;
  for (const { start, end, bytes } of blocks) {
    unpackLz4(packed.subarray(start, end), unpacked.subarray(to, to + bytes));
    to += bytes;
  }
}

function listHadoopBlocks(packed: Buffer, total: number) {
  const blocks: { start: number; end: number; bytes: number }[] = [];
  let bytes = 0;
  let at = 0;
  while (at + HADOOP_HEAD_BYTES <= packed.length) {
    const own = packed.readUInt32BE(at);
    const start = at + HADOOP_HEAD_BYTES;
    at = start + packed.readUInt32BE(at + 4);
    bytes += own;
    if (at > packed.length || bytes > total) return undefined;
    blocks.push({ start, end: at, bytes: own });
  }
  return at === packed.length && bytes === total ? blocks : undefined;
}
