import { type AnyNpyHeader, NPY_HEAD_BYTES, NpyError, parseAnyNpyHeader } from '../../archives/npy.js';
import { OpenFile, type RandomAccess } from '../../archives/random-access.js';
import { locateEntry, unpackEntry } from '../../archives/zip/unpack-entry.js';
import { readZipDirectory } from '../../archives/zip/zip-directory.js';
import type { ZipEntry } from '../../archives/zip/zip-entry.js';
import { GanevalError, ImagesError } from '../../core/errors.js';
import { nameSome } from '../../images/naming/name-some.js';
import { isSystemError } from '../../storage/system-error.js';
import { openTemporary } from './temporary-bytes.js';

/** An array of a `.npy` or `.npz` file as it lies in a file that can be read in any order. */
export interface LocatedArray {
  /** As messages speak of it: 'The array features of "all.npz"'. */
  readonly shown: string;
  /** Name in an `.npz` file. */
  readonly name?: string;
  readonly header: AnyNpyHeader;
  readonly source: RandomAccess;
  /** Where its `.npy` file begins in the source, and how many bytes that has. */
  readonly offset: number;
  readonly bytes: number;
  readonly close: () => Promise<void>;
}

const ZIP_MAGIC = Buffer.from('PK');
const SUFFIX = /\.npy$/;
/** Arrays whose heads are read where none is named. */
const MAX_LOOKED_AT = 64;

/**
 * Finds the array of features in a file: the one of a `.npy` file; of an `.npz` file the one that is named, or the only one of two axes.
 *
 * @param named name of an array of an `.npz` file
 * @param flag the option that names it
 * @throws {ImagesError} where there is no such file or array, or it is damaged
 */
export async function locateArray(
  path: string,
  named: string | undefined,
  flag: string,
): Promise<LocatedArray> {
  const file = await openFeatures(path);
  try {
    return await locateIn(file, path, named, flag);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFeatures(path: string): Promise<OpenFile> {
  try {
    return await OpenFile.open(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ImagesError(
      `The features ${path} ${code === 'ENOENT' ? 'do not exist' : `cannot be read (${message})`}: with --features give a .npy or .npz file of N×D numbers.`,
    );
  }
}

async function locateIn(
  file: OpenFile,
  path: string,
  named: string | undefined,
  flag: string,
): Promise<LocatedArray> {
  const shown = JSON.stringify(path);
  const head = await readHead(file);
  if (head.subarray(0, ZIP_MAGIC.length).equals(ZIP_MAGIC)) {
    return guardDamage(shown, () => locateInZip(file, path, named, flag));
  }
  if (named !== undefined) {
    throw new ImagesError(`${shown} is no .npz file, of which ${flag} names an array: leave ${flag} out.`);
  }
  const header = await guardDamage(shown, async () => parseAnyNpyHeader(head));
  return { shown, header, source: file, offset: 0, bytes: file.size, close: () => file.close() };
}

async function readHead(file: RandomAccess): Promise<Buffer> {
  const head = Buffer.alloc(Math.min(NPY_HEAD_BYTES, file.size));
  await file.read(head, 0);
  return head;
}

async function locateInZip(
  file: OpenFile,
  path: string,
  named: string | undefined,
  flag: string,
): Promise<LocatedArray> {
  const { entries } = await readZipDirectory(file);
  const entry = await findEntry(file, { path, entries, named, flag });
  const name = entry.name.replace(SUFFIX, '');
  const shown = `The array ${name} of ${JSON.stringify(path)}`;
  return guardDamage(shown, async () => {
    const header = parseAnyNpyHeader(await readEntryHead(file, entry));
    if (entry.isDeflated) {
      // Deflate has no way to begin in the middle.
      const unpacked = await openTemporary(unpackEntry(file, entry), entry.bytes);
      await file.close();
      return { shown, name, header, offset: 0, bytes: entry.bytes, ...unpacked };
    }
    // Rows read at their places have no checksum of their own.
    for await (const _ of unpackEntry(file, entry));
    const offset = await locateEntry(file, entry);
    return { shown, name, header, source: file, offset, bytes: entry.bytes, close: () => file.close() };
  });
}

async function findEntry(
  file: RandomAccess,
  {
    path,
    entries,
    named,
    flag,
  }: {
    readonly path: string;
    readonly entries: readonly ZipEntry[];
    readonly named: string | undefined;
    readonly flag: string;
  },
): Promise<ZipEntry> {
  const shown = JSON.stringify(path);
  const arrays = entries.filter(({ name }) => SUFFIX.test(name));
  const list = (some: readonly ZipEntry[]) => nameSome(some.map(({ name }) => name.replace(SUFFIX, '')));
  if (named !== undefined) {
    const found = arrays.filter(({ name }) => name.replace(SUFFIX, '') === named);
    if (found.length === 1) return found[0];
    throw new ImagesError(
      `${shown} has ${found.length === 0 ? 'no array' : 'two arrays'} named ${named} (it has ${list(arrays) || 'none'}): name one of them with ${flag}.`,
    );
  }
  if (['mu.npy', 'sigma.npy'].every((name) => arrays.some((entry) => entry.name === name))) {
    throw new ImagesError(
      `${shown} holds statistics (mu and sigma), which only a reference may be: name features, or an array of them with ${flag}.`,
    );
  }
  const candidates: ZipEntry[] = [];
  for (const entry of arrays.slice(0, MAX_LOOKED_AT)) {
    if (arrays.length === 1 || (await hasTwoAxes(file, entry))) candidates.push(entry);
  }
  if (candidates.length === 1) return candidates[0];
  throw new ImagesError(
    candidates.length === 0
      ? `${shown} has no array of N×D features (it has ${list(arrays) || 'none'}): save one with numpy.savez.`
      : `${shown} has several arrays that may be features (${list(candidates)}): name one with ${flag}.`,
  );
}

async function hasTwoAxes(file: RandomAccess, entry: ZipEntry): Promise<boolean> {
  try {
    return parseAnyNpyHeader(await readEntryHead(file, entry)).shape.length === 2;
  } catch (error) {
    if (error instanceof NpyError) return false;
    throw error;
  }
}

async function readEntryHead(file: RandomAccess, entry: ZipEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpackEntry(file, entry)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= NPY_HEAD_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** Damage as an ImagesError that says where it is. */
async function guardDamage<T>(shown: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GanevalError || isSystemError(error)) throw error;
    throw new ImagesError(
      `${shown} ${describe(error as Error)}: save it again with numpy.save or numpy.savez.`,
      {
        cause: error,
      },
    );
  }
}

/** What is wrong with a whole zip archive is told of it in half a sentence, of an entry as a predicate. */
function describe(error: Error): string {
  return /^(is|has|does|holds|cannot|claims|should) /.test(error.message)
    ? error.message
    : `cannot be used (${error.message})`;
}
