import { TableError } from '../table-error.js';

const DAMAGED = 'has a page whose Snappy data are damaged';
/** Literals of more bytes have their length in the bytes that follow. */
const SHORT_LITERAL = 60;

/**
 * Unpacks a block of Snappy into `unpacked`, which it must fill.
 *
 * @throws {TableError} for anything else; nothing is written elsewhere
 */
export function unpackSnappy(packed: Uint8Array, unpacked: Uint8Array): void {
  const length = { value: 0, at: 0 };
  readLength(packed, length);
  if (length.value !== unpacked.length) throw new TableError(DAMAGED);
  let from = length.at;
  let to = 0;
  while (from < packed.length) {
    const tag = packed[from++];
    const kind = tag & 3;
    if (kind === 0) {
      const extra = Math.max(0, (tag >> 2) + 1 - SHORT_LITERAL);
      const bytes = 1 + (extra === 0 ? tag >> 2 : readLittleEndian(packed, from, extra));
      from += extra;
      if (from + bytes > packed.length || to + bytes > unpacked.length) throw new TableError(DAMAGED);
      unpacked.set(packed.subarray(from, from + bytes), to);
      from += bytes;
      to += bytes;
      continue;
    }
    const bytes = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const width = kind === 3 ? 4 : kind;
    const back = readLittleEndian(packed, from, width) + (kind === 1 ? (tag >> 5) << 8 : 0);
    from += width;
    copyBack(unpacked, { to, back, bytes });
    to += bytes;
  }
  if (to !== unpacked.length) throw new TableError(DAMAGED);
}

/** What a copy from what is unpacked already takes: `bytes` bytes that begin `back` bytes before `to`. */
interface Copy {
  readonly to: number;
  readonly back: number;
  readonly bytes: number;
}

/** Copies bytes that may overlap with those they become, as LZ77 has it. */
export function copyBack(unpacked: Uint8Array, { to, back, bytes }: Copy): void {
  if (back === 0 || back > to || to + bytes > unpacked.length) {
    throw new TableError('has a page whose packed data are damaged');
  }
  if (back >= bytes) unpacked.copyWithin(to, to - back, to - back + bytes);
  else for (let i = to; i < to + bytes; i++) unpacked[i] = unpacked[i - back];
}

function readLength(packed: Uint8Array, length: { value: number; at: number }): void {
  for (let shift = 0; shift < 35; shift += 7) {
    if (length.at >= packed.length) throw new TableError(DAMAGED);
    const byte = packed[length.at++];
    length.value += (byte & 127) * 2 ** shift;
    if (byte < 128) return;
  }
  throw new TableError(DAMAGED);
}

function readLittleEndian(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw new TableError(DAMAGED);
  let value = 0;
  for (let i = 0; i < width; i++) value += bytes[at + i] * 2 ** (8 * i);
  return value;
}
