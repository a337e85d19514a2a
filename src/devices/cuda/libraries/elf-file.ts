import type { RandomAccess } from '../../../archives/random-access.js';

/** What the header and the dynamic section of a shared library say. */
export interface ElfFacts {
  /** Whether it is code for 64-bit x86 processors. */
  readonly isX64: boolean;
  /** The name by which others ask for it. */
  readonly soname?: string;
  /** Names of the libraries that it needs, in its order. */
  readonly needed: readonly string[];
  /** Folders that are searched for these, and for theirs, before LD_LIBRARY_PATH. The loader ignores it beside `runpath`. */
  readonly rpath?: string;
  /** Folders that are searched for these after LD_LIBRARY_PATH. */
  readonly runpath?: string;
}

/** A file that is no sound shared library. The message is a predicate without a subject: "is cut short". */
export class ElfError extends Error {
  override readonly name = 'ElfError';
}

const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const ENTRY_BYTES = 16;
/** No library has a hundredth of these. */
const MAX_SEGMENTS = 4096;
const MAX_ENTRIES = 65_536;
const MAX_NAMES = 1024;
const MAX_NAME_BYTES = 4096;

const MAGIC = Buffer.from('\x7fELF', 'latin1');
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const SHARED = 3;
const X64 = 62;
const LOADED = 1;
const DYNAMIC = 2;
const TAG = { needed: 1, strings: 5, soname: 14, rpath: 15, runpath: 29 } as const;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

/** Whether the first bytes of a file are those of an ELF file, as far as they go. */
export function startsAsElf(head: Uint8Array): boolean {
  return head.subarray(0, MAGIC.length).every((byte, i) => byte === MAGIC[i]);
}

/**
 * Reads what a shared library needs (ELF, System V gABI chapters 4 and 5). At most 7 MB are read, whatever the file states.
 *
 * @throws {ElfError} if it is no shared library, or a damaged one
 * @throws what `source` throws
 */
export async function readElf(source: RandomAccess): Promise<ElfFacts> {
  const header = await readPart(source, 0, HEADER_BYTES);
  if (!startsAsElf(header)) throw new ElfError('is no shared library');
  if (header[4] !== CLASS_64 || header[5] !== LITTLE_ENDIAN) return { isX64: false, needed: [] };
  if (header.readUInt16LE(16) !== SHARED)
    throw new ElfError('is no shared library, but another file of this format');
  const isX64 = header.readUInt16LE(18) === X64;
  const segments = await readSegments(source, header);
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (!dynamic) throw new ElfError('has no section that says what it needs');
  const entries = await readEntries(source, dynamic);
  const strings = entries.find(({ tag }) => tag === TAG.strings);
  if (!strings) throw new ElfError('has no names');
  const start = toOffset(segments, strings.value);
  const valuesOf = (wanted: number) => entries.filter(({ tag }) => tag === wanted).map(({ value }) => value);
  const first = async (wanted: number) => {
    const [value] = valuesOf(wanted);
    return value === undefined ? undefined : readName(source, start + value);
  };
  const needed = valuesOf(TAG.needed);
  if (needed.length > MAX_NAMES) throw new ElfError(`states that it needs ${needed.length} libraries`);
  const names: string[] = [];
  for (const value of needed) names.push(await readName(source, start + value));
  return {
    isX64,
    soname: await first(TAG.soname),
    needed: names,
    rpath: await first(TAG.rpath),
    runpath: await first(TAG.runpath),
  };
}

async function readSegments(source: RandomAccess, header: Buffer): Promise<Segment[]> {
  const count = header.readUInt16LE(56);
  if (header.readUInt16LE(54) !== SEGMENT_BYTES || count > MAX_SEGMENTS) {
    throw new ElfError('has an impossible header');
  }
  const table = await readPart(source, readNumber(header, 32), count * SEGMENT_BYTES);
  return Array.from({ length: count }, (_, i) => {
    const at = i * SEGMENT_BYTES;
    return {
      type: table.readUInt32LE(at),
      offset: readNumber(table, at + 8),
      address: readNumber(table, at + 16),
      bytes: readNumber(table, at + 32),
    };
  });
}

/** The entries of the dynamic section, up to the one that ends it. */
async function readEntries(source: RandomAccess, { offset, bytes }: Segment) {
  const count = Math.floor(bytes / ENTRY_BYTES);
  if (count > MAX_ENTRIES) throw new ElfError('has an impossible section of what it needs');
  const table = await readPart(source, offset, count * ENTRY_BYTES);
  const entries: { readonly tag: number; readonly value: number }[] = [];
  for (let at = 0; at < table.length; at += ENTRY_BYTES) {
    const tag = Number(table.readBigInt64LE(at));
    if (tag === 0) break;
    entries.push({ tag, value: Number(table.readBigUInt64LE(at + 8)) });
  }
  return entries;
}

/** Where an address of the loaded library stands in its file. */
function toOffset(segments: readonly Segment[], address: number): number {
  const holder = segments.find(
    ({ type, address: from, bytes }) => type === LOADED && address >= from && address < from + bytes,
  );
  if (!holder) throw new ElfError('has its names outside of what is loaded');
  return holder.offset + address - holder.address;
}

async function readName(source: RandomAccess, offset: number): Promise<string> {
  const bytes = await readPart(source, offset, Math.max(0, Math.min(MAX_NAME_BYTES, source.size - offset)));
  const end = bytes.indexOf(0);
  if (end < 0) throw new ElfError('has a name without an end');
  return bytes.toString('utf8', 0, end);
}

/** Numbers above 2^53 lie outside of every file. */
function readNumber(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

async function readPart(source: RandomAccess, offset: number, bytes: number): Promise<Buffer> {
  if (offset + bytes > source.size) throw new ElfError('is cut short');
  const part = Buffer.alloc(bytes);
  await source.read(part, offset);
  return part;
}
