import { TableError } from '../table-error.js';

const MAX_BLOCK = 1 << 20;
const MAX_BITS = 64;
const BITS_A_BYTE = 8;

/**
 * Reads `count` whole numbers that are packed as differences (DELTA_BINARY_PACKED).
 *
 * @returns the numbers, and where they end in `bytes`
 * @throws {TableError} if the bytes end before, or hold another number of them
 */
export function readDeltas(
  bytes: Uint8Array,
  start: number,
  count: number,
): { numbers: BigInt64Array; end: number } {
  const reader = new DeltaReader(bytes, start);
  const blockSize = Number(reader.varint());
  const miniblocks = Number(reader.varint());
  const stated = Number(reader.varint());
  const perMiniblock = blockSize / miniblocks;
  const isSound = miniblocks > 0 && blockSize <= MAX_BLOCK && perMiniblock % BITS_A_BYTE === 0;
  if (stated !== count || !isSound || perMiniblock === 0) throw new TableError('has a page that is damaged');
  const numbers = new BigInt64Array(count);
  let value = reader.zigzag();
  if (count > 0) numbers[0] = value;
  for (let done = 1; done < count; ) {
    const least = reader.zigzag();
    const widths = Array.from({ length: miniblocks }, () => reader.byte());
    for (const width of widths) {
      if (done >= count) break;
      if (width > MAX_BITS) throw new TableError('has a page that is damaged');
      const block = reader.take((perMiniblock * width) / BITS_A_BYTE);
      for (let i = 0; i < perMiniblock && done < count; i++) {
        value = BigInt.asIntN(64, value + least + readBits(block, i * width, width));
        numbers[done++] = value;
      }
    }
  }
  return { numbers, end: reader.at };
}

function readBits(bytes: Uint8Array, bit: number, width: number): bigint {
  let value = 0n;
  for (let have = 0; have < width; ) {
    const at = bit + have;
    const skipped = at % BITS_A_BYTE;
    const taken = Math.min(BITS_A_BYTE - skipped, width - have);
    const part = (bytes[Math.floor(at / BITS_A_BYTE)] >> skipped) & ((1 << taken) - 1);
    value |= BigInt(part) << BigInt(have);
    have += taken;
  }
  return value;
}

class DeltaReader {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  byte(): number {
    if (this.at >= this.bytes.length) throw new TableError('has a page that is cut short');
    return this.bytes[this.at++];
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new TableError('has a page that is cut short');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new TableError('has a page that is damaged');
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}
