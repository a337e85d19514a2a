import { JsonTooLarge, parseJson, repeatsKey } from '../../core/parse-json.js';
import { PthFault, quote } from '../fault.js';
import { FileRange, type RandomFile } from '../random-file.js';
import { DTYPES, type DtypeName, MAX_AXES, StorageRef, TensorRef } from '../tensor.js';
import type { WeightFormat, WeightTable } from '../weight-format.js';

const LENGTH_BYTES = 8;
/** A network of 10,000 tensors has a header of 1.5 MB. */
const MAX_HEADER_BYTES = 32 * 1024 * 1024;
const MAX_NAME_LENGTH = 1024;
const BRACE = 0x7b;

const DTYPE_NAMES: ReadonlyMap<string, DtypeName> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

/** What Hugging Face's safetensors writes. */
export const SAFETENSORS: WeightFormat = {
  title: 'a safetensors file',
  matches: (start) =>
    start.length > LENGTH_BYTES && start[LENGTH_BYTES] === BRACE && start.readUInt16LE(6) === 0,
  read: readSafetensors,
};

interface Entry {
  readonly name: string;
  readonly dtype: DtypeName;
  readonly shape: readonly number[];
  /** Bytes behind the header. */
  readonly begin: number;
  readonly end: number;
}

/**
 * Takes apart a safetensors file: the length of a header, the header (JSON: type, shape and place of each tensor), then the tensors, which fill
 * the rest of the file without a hole. Source: the format's README, and `Metadata::validate` of its crate.
 *
 * @throws {PthFault}
 */
async function readSafetensors(file: RandomFile): Promise<WeightTable> {
  const length = await readLength(file);
  const header = Buffer.alloc(length);
  await file.read(header, LENGTH_BYTES);
  const start = LENGTH_BYTES + length;
  const entries = parseHeader(header.toString('utf8'));
  checkFilled(entries, file.size - start);
  const tensors = new Map<string, TensorRef>();
  const storages = new Map<string, FileRange>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const storage = new StorageRef(name, dtype, (end - begin) / DTYPES[dtype].bytes);
    const strides = shape.map((_, axis) =>
      shape.slice(axis + 1).reduce((product, side) => product * side, 1),
    );
    tensors.set(name, new TensorRef(storage, 0, shape, strides));
    const place = { name: `the tensor ${quote(name)}`, start: start + begin, byteLength: end - begin };
    storages.set(name, new FileRange(file, place));
  }
  if (tensors.size === 0) throw new PthFault('holds no tensor');
  return { tensors, storages, littleEndian: true };
}

async function readLength(file: RandomFile): Promise<number> {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  await file.read(bytes, 0);
  const length = Number(bytes.readBigUInt64LE());
  if (length > file.size - LENGTH_BYTES) {
    throw new PthFault(`is cut short: its header has ${length} bytes, and the file ${file.size}`);
  }
  if (length > MAX_HEADER_BYTES) {
    throw new PthFault(`has a header of ${length} bytes; up to ${MAX_HEADER_BYTES} are read`);
  }
  return length;
}

function parseHeader(text: string): Entry[] {
  let json: unknown;
  try {
    json = parseJson(text.trimEnd());
  } catch (error) {
    if (error instanceof JsonTooLarge) {
      throw new PthFault(`has a header that can't be read: ${error.message}`, 'give a file of fewer tensors');
    }
    throw new PthFault('has a header that is no JSON');
  }
  if (repeatsKey(text, json)) throw new PthFault('names a tensor, or a fact of one, twice in its header');
  if (!isRecord(json)) throw new PthFault('has a header that is no table of tensors');
  return Object.entries(json)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => toEntry(name, value));
}

function toEntry(name: string, value: unknown): Entry {
  if (name.length > MAX_NAME_LENGTH) throw new PthFault(`has a tensor with the overlong name ${quote(name)}`);
  const shown = `the tensor ${quote(name)}`;
  if (!isRecord(value)) throw new PthFault(`says nothing of ${shown}`);
  const { dtype: type, shape, data_offsets: offsets } = value;
  const dtype = typeof type === 'string' ? DTYPE_NAMES.get(type) : undefined;
  if (dtype === undefined) {
    const known = [...DTYPE_NAMES.keys()].join(', ');
    throw new PthFault(
      `has ${shown} of the type ${quote(String(type))}; ${known} are read`,
      'save it in another type',
    );
  }
  if (Array.isArray(shape) && shape.length > MAX_AXES) {
    throw new PthFault(`has ${shown} of ${shape.length} axes; up to ${MAX_AXES} are read`);
  }
  if (!isCounts(shape)) throw new PthFault(`has ${shown} of no shape`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw new PthFault(`has ${shown} at no place`);
  }
  const [begin, end] = offsets;
  // Products of large sides may round, never down to a small number.
  const bytes = shape.reduce((product, side) => product * side, DTYPES[dtype].bytes);
  if (end - begin !== bytes) {
    throw new PthFault(`has ${end - begin} bytes for ${shown} where its shape needs ${bytes}`);
  }
  return { name, dtype, shape, begin, end };
}

/** Tensors that overlap or leave a hole are no file of the library's. */
function checkFilled(entries: readonly Entry[], byteLength: number): void {
  let at = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) {
      throw new PthFault(`has the tensor ${quote(name)} at byte ${begin} of its data, where ${at} is next`);
    }
    at = end;
  }
  if (at > byteLength)
    throw new PthFault(`is cut short: its tensors have ${at} bytes, and ${byteLength} are there`);
  if (at < byteLength) throw new PthFault(`has ${byteLength - at} bytes behind its last tensor`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}
