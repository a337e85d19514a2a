/** Element types of the arrays that are read and written, by their NumPy names. */
const TYPES = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|i1': Int8Array,
  '<i2': Int16Array,
  '<i4': Int32Array,
  '<i8': BigInt64Array,
  '|u1': Uint8Array,
  '<u2': Uint16Array,
  '<u4': Uint32Array,
} as const;

export type NpyType = keyof typeof TYPES;
export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: NpyData;
}

export interface NpyHeader {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  /** Where the values begin. */
  readonly dataOffset: number;
}

/** A header whose element type may be one that is not read: "<f2", "|O", "|b1". */
export interface AnyNpyHeader extends Omit<NpyHeader, 'type'> {
  readonly type: string;
}

/**
 * A `.npy` or `.npz` file that cannot be read. The message is a predicate without a subject ("is cut short"). It never leaves the
 * program: whoever reads the file says in a whole sentence which one it is.
 */
export class NpyError extends Error {
  override readonly name = 'NpyError';
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const MAX_HEADER_BYTES = 64 * 1024;
/** So many bytes from a file's beginning hold any header that `parseNpyHeader` takes. */
export const NPY_HEAD_BYTES = MAX_HEADER_BYTES + 12;

/**
 * Reads the header of a `.npy` file (format versions 1 to 3) from its first bytes. The header is matched
 * against the one form that NumPy writes and is never evaluated; object arrays and types not listed above are
 * refused. Source: numpy.lib.format.
 *
 * @throws {NpyError}
 */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  const header = parseAnyNpyHeader(bytes);
  const { type } = header;
  if (!isKnownType(type)) {
    throw new NpyError(`holds values of type ${type}; known are ${Object.keys(TYPES).join(', ')}`);
  }
  return { ...header, type };
}

function isKnownType(type: string): type is NpyType {
  return Object.hasOwn(TYPES, type);
}

/**
 * As `parseNpyHeader`, but any type that NumPy writes by a short name passes; records still do not.
 *
 * @throws {NpyError}
 */
export function parseAnyNpyHeader(bytes: Uint8Array): AnyNpyHeader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 10 || !buffer.subarray(0, 6).equals(MAGIC)) throw new NpyError('is not a .npy array');
  const version = buffer[6];
  if (version < 1 || version > 3) throw new NpyError(`has .npy format version ${version}; 1 to 3 are known`);
  const lengthBytes = version === 1 ? 2 : 4;
  if (buffer.length < 8 + lengthBytes) throw new NpyError('is cut short in its header');
  const headerBytes = version === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8);
  const dataOffset = 8 + lengthBytes + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES)
    throw new NpyError(`has a header of ${headerBytes} bytes, too long to be true`);
  if (buffer.length < dataOffset) throw new NpyError('is cut short in its header');
  const text = buffer.toString('latin1', 8 + lengthBytes, dataOffset);
  return { ...parseHeaderText(text), dataOffset };
}

function parseHeaderText(text: string): Omit<AnyNpyHeader, 'dataOffset'> {
  const form =
    /^\{'descr': '([^']{1,16})', 'fortran_order': (True|False), 'shape': \(((?:\d{1,15}(?:, ?)?){0,8})\), ?\}\s*$/;
  const match = form.exec(text);
  if (!match) throw new NpyError('has a header that is no plain array (objects and records are not read)');
  const type = match[1].replace(/^[<|=](?=[ui]1$)/, '|');
  const shape = match[3]
    .split(',')
    .map((side) => side.trim())
    .filter((side) => side !== '')
    .map(Number);
  return { type, fortranOrder: match[2] === 'True', shape };
}

/** Number of values in an array of this shape; throws NpyError where it cannot be held. */
function countValues(shape: readonly number[]): number {
  const values = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(values))
    throw new NpyError(`has the shape ${shape.join('×')}, which no memory holds`);
  return values;
}

/**
 * Reads a whole `.npy` file into memory as a row-major array.
 *
 * @throws {NpyError}
 */
export function parseNpy(bytes: Uint8Array): NpyArray {
  const header = parseNpyHeader(bytes);
  const TypedArray = TYPES[header.type];
  const values = countValues(header.shape);
  const expected = values * TypedArray.BYTES_PER_ELEMENT;
  const found = bytes.byteLength - header.dataOffset;
  if (found !== expected) {
    throw new NpyError(
      `should hold ${expected} bytes of values (${header.shape.join('×')}) but holds ${found}`,
    );
  }
  // A copy, since a view must begin at a multiple of the element's size (and Buffer.slice would be a view).
  const copy = new Uint8Array(bytes.subarray(header.dataOffset));
  const data = new TypedArray(copy.buffer, 0, values);
  return { shape: header.shape, data: header.fortranOrder ? toRowMajor(data, header.shape) : data };
}

function toRowMajor(data: NpyData, shape: readonly number[]): NpyData {
  if (shape.length < 2) return data;
  if (shape.length > 2) throw new NpyError('is in Fortran order with more than two axes, which is not read');
  const [rows, columns] = shape;
  const result = data.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[i * columns + j] = data[j * rows + i];
  }
  return result;
}

function typeOf(data: NpyData): NpyType {
  for (const [type, TypedArray] of Object.entries(TYPES))
    if (data instanceof TypedArray) return type as NpyType;
  throw new NpyError('holds values of a type that is not written');
}

/** The bytes of a `.npy` file (format version 1, C order) for a row-major array. */
export function encodeNpy(array: NpyArray): Buffer {
  const { data, shape } = array;
  if (countValues(shape) !== data.length) {
    throw new RangeError(
      `expected ${countValues(shape)} values for the shape ${shape.join('×')} but received ${data.length}`,
    );
  }
  const head = encodeNpyHeader(typeOf(data), shape);
  return Buffer.concat([head, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** The bytes before the values of a row-major array. */
export function encodeNpyHeader(type: NpyType, shape: readonly number[]): Buffer {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  // NumPy pads the header with spaces so that the values begin at a multiple of 64 bytes.
  const padded = `${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`;
  const head = Buffer.alloc(10);
  MAGIC.copy(head);
  head[6] = 1;
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1')]);
}
