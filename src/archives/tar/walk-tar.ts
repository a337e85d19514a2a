import type { FileHandle } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import { openRegular } from '../../storage/open-regular.js';

/** A regular file in a tar archive. */
export interface TarEntry {
  /** Relative path with forward slashes. */
  readonly name: string;
  /** Where its bytes begin. */
  readonly offset: number;
  readonly bytes: number;
}

/** Reads the current entry of the walk, if it is small. */
export type ReadEntry = () => Promise<Buffer>;

const BLOCK_BYTES = 512;
const WINDOW_BYTES = 1 << 18;
/** If headers are farther apart than this, reading what is between them costs more than another read. */
const FAR_BYTES = 1 << 15;
/** Long names and extended headers; real ones have hundreds of bytes. */
const MAX_METADATA_BYTES = 1 << 16;
const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);
const LONG_NAMES: ReadonlySet<string> = new Set(['NextFileHasLongPath', 'OldGnuLongPath']);
/** They don't matter for pictures; a long link name is refused with the link that follows it. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'NextFileHasLongLinkpath',
  'SolarisACL',
  'TapeVolumeHeader',
]);

/**
 * Walks the headers of a tar archive (ustar, GNU long names, pax) and gives its regular files with the
 * offsets of their bytes, which are passed over. `visit` may read an entry's bytes while the walk is at it.
 *
 * @throws {Error} with half a sentence, if the archive is damaged or cut short, names a file outside of
 *   itself, or holds links, devices or sparse files
 */
export async function walkTar(
  path: string,
  visit: (entry: TarEntry, read: ReadEntry) => Promise<void> | void,
): Promise<void> {
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    await walkHeaders(new Window(handle), size, visit);
  } finally {
    await handle.close();
  }
}

async function walkHeaders(
  window: Window,
  size: number,
  visit: (entry: TarEntry, read: ReadEntry) => Promise<void> | void,
): Promise<void> {
  let extended: Pax | undefined;
  let shared: Pax | undefined;
  let longName: string | undefined;
  for (let at = 0; at < size; ) {
    const header = parseTarHeader(await window.read(at, BLOCK_BYTES), extended, shared);
    if (!header) return;
    const { type, bytes } = header;
    const offset = at + BLOCK_BYTES;
    if (offset + bytes > size) throw new Error(`is cut short in ${JSON.stringify(longName ?? header.name)}`);
    at = offset + Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
    if (type === 'ExtendedHeader' || type === 'OldExtendedHeader') {
      extended = Pax.parse(await readMetadata(window, offset, bytes), extended);
    } else if (type === 'GlobalExtendedHeader') {
      shared = Pax.parse(await readMetadata(window, offset, bytes), shared, true);
    } else if (LONG_NAMES.has(type)) {
      longName = (await readMetadata(window, offset, bytes)).replace(/\0.*$/s, '');
    } else if (!PASSED_OVER.has(type)) {
      const name = checkName(longName ?? header.name);
      if (FILES.has(type) && !name.endsWith('/')) {
        await visit({ name, offset, bytes }, () => window.read(offset, bytes));
      } else if (!FILES.has(type) && type !== 'Directory') {
        throw new Error(`holds ${JSON.stringify(name)}, which is no plain file but a ${describe(type)}`);
      }
      extended = undefined;
      longName = undefined;
    }
  }
}

/**
 * What a header block says; undefined at the archive's end.
 *
 * @throws {Error} with half a sentence
 */
export function parseTarHeader(
  block: Buffer,
  extended?: Pax,
  shared?: Pax,
): { type: string; name: string; bytes: number } | undefined {
  let header: Header;
  try {
    header = new Header(block, 0, extended, shared);
  } catch (error) {
    throw new Error(`has a damaged header (${(error as Error).message})`, { cause: error });
  }
  if (header.nullBlock) return undefined;
  if (!header.cksumValid) throw new Error('has a damaged header (its checksum is wrong)');
  const { type, path = '', size: bytes = -1 } = header;
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Error('has a header with an impossible size');
  // The package would put the short name's prefix before a name that is whole already.
  return { type, name: extended?.path ?? path, bytes };
}

/** The name without "./" at its beginning; refused where it leads out of the archive. */
function checkName(name: string): string {
  const parts = name
    .split('/')
    .filter((part, i, all) => part !== '.' && (part !== '' || i === 0 || i === all.length - 1));
  if (parts.includes('..') || name.startsWith('/')) {
    throw new Error(`names ${JSON.stringify(name)}, a file outside of itself`);
  }
  return parts.join('/');
}

async function readMetadata(window: Window, offset: number, bytes: number): Promise<string> {
  if (bytes > MAX_METADATA_BYTES) throw new Error(`has a header of ${bytes} bytes, too long to be true`);
  return (await window.read(offset, bytes)).toString('utf8');
}

function describe(type: string): string {
  return { SymbolicLink: 'link', Link: 'link' }[type] ?? type;
}

/** Reads ahead: most of an archive's headers lie close together. */
class Window {
  readonly #buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  readonly #handle: FileHandle;
  #start = 0;
  #length = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /**
   * The bytes from `position` on, valid until the next call.
   *
   * @throws {Error} with half a sentence, where the file ends
   */
  async read(position: number, length: number): Promise<Buffer> {
    if (!this.#holds(position, length)) await this.#fill(position, length);
    if (!this.#holds(position, length)) throw new Error('is cut short');
    const from = position - this.#start;
    return this.#buffer.subarray(from, from + length);
  }

  #holds(position: number, length: number): boolean {
    return position >= this.#start && position + length <= this.#start + this.#length;
  }

  async #fill(position: number, length: number): Promise<void> {
    const isFar = position - (this.#start + this.#length) > FAR_BYTES;
    const wanted = Math.max(length, isFar ? FAR_BYTES / 8 : WINDOW_BYTES);
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, wanted, position);
    this.#start = position;
    this.#length = bytesRead;
  }
}
