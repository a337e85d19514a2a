/** Bytes of a local header without the name and the extra field that end it. */
export const LOCAL_HEADER_BYTES = 30;

const SIGNATURE = 0x04034b50;
const DEFLATED = 8;

/** What stands before the data of an entry in a zip archive. */
export interface LocalHeader {
  readonly flags: number;
  readonly isDeflated: boolean;
  readonly nameBytes: number;
  /** From the header's beginning to the entry's data. */
  readonly totalBytes: number;
}

/** Reads the first 30 bytes of an entry; undefined if they are no local header. */
export function parseLocalHeader(bytes: Buffer): LocalHeader | undefined {
  if (bytes.length < LOCAL_HEADER_BYTES || bytes.readUInt32LE(0) !== SIGNATURE) return undefined;
  const nameBytes = bytes.readUInt16LE(26);
  return {
    flags: bytes.readUInt16LE(6),
    isDeflated: bytes.readUInt16LE(8) === DEFLATED,
    nameBytes,
    totalBytes: LOCAL_HEADER_BYTES + nameBytes + bytes.readUInt16LE(28),
  };
}
