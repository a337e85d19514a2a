/** Of glibc's cache since 2.1 (`struct cache_file_new` in elf/dl-cache.h): magic and version, then the numbers of libraries and bytes. */
const MAGIC = 'glibc-ld.so.cache1.1';
const HEADER_BYTES = 48;
const ENTRY_BYTES = 24;
/** What may stand before it, for programs of the last century. */
const OLD_MAGIC = 'ld.so-1.7.0';
const OLD_HEADER_BYTES = 16;
const OLD_ENTRY_BYTES = 12;
const ALIGNMENT = 8;
/** A library for 64-bit x86, of the C library of today. */
const X64_FLAGS = 0x0303;
const FLAGS_MASK = 0xffff;
const MAX_NAME_BYTES = 4096;

/**
 * Reads the cache of the dynamic loader, /etc/ld.so.cache: where `ldconfig` found each library.
 *
 * @param bytes of the file
 * @returns paths of 64-bit x86 libraries by the name that is asked for, in the loader's order; nothing for a file of another format
 */
export function parseLoaderCache(bytes: Buffer): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  const start = findStart(bytes);
  if (start === undefined) return paths;
  const fits = Math.floor((bytes.length - start - HEADER_BYTES) / ENTRY_BYTES);
  const count = Math.min(bytes.readUInt32LE(start + MAGIC.length), fits);
  for (let i = 0; i < count; i++) {
    const at = start + HEADER_BYTES + i * ENTRY_BYTES;
    if ((bytes.readUInt32LE(at) & FLAGS_MASK) !== X64_FLAGS) continue;
    const name = readName(bytes, start + bytes.readUInt32LE(at + 4));
    const path = readName(bytes, start + bytes.readUInt32LE(at + 8));
    if (name === undefined || path === undefined) continue;
    const known = paths.get(name);
    if (known) known.push(path);
    else paths.set(name, [path]);
  }
  return paths;
}

function findStart(bytes: Buffer): number | undefined {
  const isHere = (at: number) =>
    at + HEADER_BYTES <= bytes.length && bytes.toString('latin1', at, at + MAGIC.length) === MAGIC;
  if (isHere(0)) return 0;
  if (bytes.length < OLD_HEADER_BYTES || bytes.toString('latin1', 0, OLD_MAGIC.length) !== OLD_MAGIC)
    return undefined;
  const end = OLD_HEADER_BYTES + bytes.readUInt32LE(12) * OLD_ENTRY_BYTES;
  const next = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
  return isHere(next) ? next : undefined;
}

function readName(bytes: Buffer, at: number): string | undefined {
  if (at >= bytes.length) return undefined;
  const end = bytes.subarray(at, at + MAX_NAME_BYTES).indexOf(0);
  return end < 0 ? undefined : bytes.toString('utf8', at, at + end);
}
