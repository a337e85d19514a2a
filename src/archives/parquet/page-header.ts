import type { RandomAccess } from '../random-access.js';
import { TableError } from '../table-error.js';
import { OutOfBytes, THRIFT, ThriftReader } from './thrift-reader.js';

/** A page as its header describes it; its data follow the header. */
export interface Page {
  readonly kind: 'data' | 'data v2' | 'dictionary' | 'other';
  /** Values with the missing ones. */
  readonly values: number;
  readonly encoding: number;
  /** Where the data begin in the file, and their length there. */
  readonly start: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** CRC-32 of the data as they stand in the file, where it is stated. */
  readonly crc32?: number;
  /** Of a data page of version 2: its levels stand before the values and are never packed. */
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  readonly isPacked: boolean;
}

const KINDS = ['data', 'other', 'dictionary', 'data v2'] as const;
/** Nearly every header fits, with the statistics that may stand in it. */
const FIRST_BYTES = 1 << 12;
const MAX_BYTES = 1 << 20;

/**
 * Reads the header of the page that begins at `at`.
 *
 * @param end where the column chunk ends
 * @throws {TableError} if it is damaged, or the page would end behind `end`
 */
export async function readPageHeader(file: RandomAccess, at: number, end: number): Promise<Page> {
  for (let length = FIRST_BYTES; ; length = MAX_BYTES) {
    const bytes = Buffer.alloc(Math.min(length, end - at));
    await file.read(bytes, at);
    try {
      const page = parseHeader(bytes, at);
      if (page.start + page.packedBytes > end) throw new TableError('has a page that is cut short');
      return page;
    } catch (error) {
      if (!(error instanceof OutOfBytes) || bytes.length < FIRST_BYTES || length === MAX_BYTES) throw error;
    }
  }
}

function parseHeader(bytes: Uint8Array, at: number): Page {
  const reader = new ThriftReader(bytes);
  const facts = {
    type: -1,
    unpackedBytes: -1,
    packedBytes: -1,
    crc32: undefined as number | undefined,
    values: 0,
    encoding: 0,
    repetitionBytes: 0,
    definitionBytes: 0,
    isPacked: true,
  };
  reader.struct((id, type) => {
    if (id === 1) facts.type = reader.number();
    else if (id === 2) facts.unpackedBytes = reader.number();
    else if (id === 3) facts.packedBytes = reader.number();
    else if (id === 4) facts.crc32 = reader.number() >>> 0;
    else if (id === 5 || id === 7) {
      // Of data pages and of dictionaries, both begin alike.
      reader.struct((field, inner) => {
        if (field === 1) facts.values = reader.number();
        else if (field === 2) facts.encoding = reader.number();
        else reader.skip(inner);
      });
    } else if (id === 8) {
      reader.struct((field, inner) => {
        if (field === 1) facts.values = reader.number();
        else if (field === 4) facts.encoding = reader.number();
        else if (field === 5) facts.definitionBytes = reader.number();
        else if (field === 6) facts.repetitionBytes = reader.number();
        else if (field === 7) facts.isPacked = inner === THRIFT.yes;
        else reader.skip(inner);
      });
    } else reader.skip(type);
  });
  const { type, ...page } = facts;
  const levels = page.repetitionBytes + page.definitionBytes;
  const lengths = [
    page.repetitionBytes,
    page.definitionBytes,
    page.packedBytes - levels,
    page.unpackedBytes - levels,
  ];
  if (KINDS[type] === undefined || page.values < 0 || lengths.some((length) => length < 0)) {
    throw new TableError('has a page whose header is damaged');
  }
  return { ...page, kind: KINDS[type], start: at + reader.at };
}
