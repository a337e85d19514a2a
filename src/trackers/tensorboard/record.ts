import { maskedCrc32c } from './crc32c.js';

/** Length of the data (uint64) and its checksum (uint32). */
export const HEADER_BYTES = 12;
/** Checksum of the data. */
export const FOOTER_BYTES = 4;
const LENGTH_BYTES = 8;

/** Data as a record of a TFRecord file: its length, a checksum of that, the data, and their checksum, little-endian. */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(HEADER_BYTES + data.length + FOOTER_BYTES);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, LENGTH_BYTES)), LENGTH_BYTES);
  record.set(data, HEADER_BYTES);
  record.writeUInt32LE(maskedCrc32c(data), HEADER_BYTES + data.length);
  return record;
}

/** How many bytes of data follow a header; undefined if it is none. */
export function readHeader(header: Buffer): number | undefined {
  if (header.length < HEADER_BYTES) return undefined;
  if (header.readUInt32LE(LENGTH_BYTES) !== maskedCrc32c(header.subarray(0, LENGTH_BYTES))) return undefined;
  const length = Number(header.readBigUInt64LE(0));
  return Number.isSafeInteger(length) ? length : undefined;
}

/** Whether data is followed by its checksum. */
export function hasChecksum(withFooter: Buffer): boolean {
  const end = withFooter.length - FOOTER_BYTES;
  return withFooter.readUInt32LE(end) === maskedCrc32c(withFooter.subarray(0, end));
}
