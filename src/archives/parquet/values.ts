import { TableError } from '../table-error.js';
import { readDeltas } from './delta.js';
import { bitWidthOf, readHybrid } from './levels.js';
import { PHYSICAL, type SchemaLeaf } from './schema.js';

/** Encodings, as the format numbers them. */
export const ENCODING = {
  plain: 0,
  plainDictionary: 2,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  deltaByteArray: 7,
  rleDictionary: 8,
} as const;

/** A value: bytes, or a whole number. */
export type Value = Uint8Array | bigint;

const CUT_SHORT = 'has a page that is cut short';
const LENGTH_BYTES = 4;
/** Values whose bytes are put together from those before; more than any column of names has. */
const MAX_JOINED_BYTES = 1 << 28;

/** Whether an encoding names places in the dictionary. */
export function isDictionary(encoding: number): boolean {
  return encoding === ENCODING.plainDictionary || encoding === ENCODING.rleDictionary;
}

/**
 * Reads `count` values of a data page; `bytes` are its values alone, unpacked.
 *
 * @throws {TableError} if the bytes end before, or for an encoding that is not read
 */
export function readValues(
  bytes: Buffer,
  { type, isUnsigned }: SchemaLeaf,
  { encoding, count, dictionary }: { encoding: number; count: number; dictionary?: readonly Value[] },
): Value[] {
  if (count === 0) return [];
  if (isDictionary(encoding)) return readPlaces(bytes, count, dictionary);
  if (type === PHYSICAL.byteArray) {
    if (encoding === ENCODING.plain) return readPlainBytes(bytes, count);
    if (encoding === ENCODING.deltaLengthByteArray) return readLengthsThenBytes(bytes, count);
    if (encoding === ENCODING.deltaByteArray) return readFrontCoded(bytes, count);
  } else {
    if (encoding === ENCODING.plain) return readPlainNumbers(bytes, count, { type, isUnsigned });
    if (encoding === ENCODING.deltaBinaryPacked) return [...readDeltas(bytes, 0, count).numbers];
  }
  throw new TableError(
    `has an encoding (${encoding}) that is not read`,
    'write it with plain or dictionary encoding',
  );
}

function readPlaces(bytes: Buffer, count: number, dictionary: readonly Value[] | undefined): Value[] {
  if (!dictionary) throw new TableError('names values of a dictionary that is not there');
  if (bytes.length === 0) throw new TableError(CUT_SHORT);
  const places = readHybrid(bytes.subarray(1), bytes[0], count);
  return Array.from(places, (place) => {
    const value = dictionary[place];
    if (value === undefined) throw new TableError('names values that its dictionary does not have');
    return value;
  });
}

function readPlainNumbers(
  bytes: Buffer,
  count: number,
  { type, isUnsigned }: Pick<SchemaLeaf, 'type' | 'isUnsigned'>,
): bigint[] {
  const width = type === PHYSICAL.int32 ? 4 : 8;
  if (count * width > bytes.length) throw new TableError(CUT_SHORT);
  return Array.from({ length: count }, (_, i) => {
    if (width === 8) return isUnsigned ? bytes.readBigUInt64LE(8 * i) : bytes.readBigInt64LE(8 * i);
    return BigInt(isUnsigned ? bytes.readUInt32LE(4 * i) : bytes.readInt32LE(4 * i));
  });
}

function readPlainBytes(bytes: Buffer, count: number): Buffer[] {
  const values: Buffer[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    if (at + LENGTH_BYTES > bytes.length) throw new TableError(CUT_SHORT);
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt32LE(at);
    if (at > bytes.length) throw new TableError(CUT_SHORT);
    values.push(bytes.subarray(start, at));
  }
  return values;
}

function readLengthsThenBytes(bytes: Buffer, count: number): Buffer[] {
  const { numbers, end } = readDeltas(bytes, 0, count);
  return cut(bytes, end, numbers);
}

function cut(bytes: Buffer, start: number, lengths: BigInt64Array): Buffer[] {
  const values: Buffer[] = [];
  let at = start;
  for (const length of lengths) {
    if (length < 0n || BigInt(at) + length > BigInt(bytes.length)) throw new TableError(CUT_SHORT);
    values.push(bytes.subarray(at, at + Number(length)));
    at += Number(length);
  }
  return values;
}

/** Each value is the beginning of the one before and bytes of its own (DELTA_BYTE_ARRAY). */
function readFrontCoded(bytes: Buffer, count: number): Buffer[] {
  const prefixes = readDeltas(bytes, 0, count);
  const suffixes = readDeltas(bytes, prefixes.end, count);
  const values = cut(bytes, suffixes.end, suffixes.numbers);
  let joined = 0;
  for (let i = 0; i < count; i++) {
    const prefix = Number(prefixes.numbers[i]);
    if (prefix === 0) continue;
    if (prefix < 0 || i === 0 || prefix > values[i - 1].length)
      throw new TableError('has a page that is damaged');
    joined += prefix + values[i].length;
    if (joined > MAX_JOINED_BYTES)
      throw new TableError('has a page of too many bytes', 'write it in smaller row groups');
    values[i] = Buffer.concat([values[i - 1].subarray(0, prefix), values[i]]);
  }
  return values;
}

/**
 * Which of `count` rows have a value, from the definition levels of a page.
 *
 * @param highest the level of a value that is there
 */
export function readPresence(levels: Uint8Array, highest: number, count: number): Uint8Array {
  const found = readHybrid(levels, bitWidthOf(highest), count);
  return Uint8Array.from(found, (level) => (level === highest ? 1 : 0));
}
