import {
  type AnyNpyHeader,
  NPY_HEAD_BYTES,
  NpyError,
  parseAnyNpyHeader,
  parseNpy,
} from '../../archives/npy.js';
import { withOpenFile } from '../../archives/random-access.js';
import { locateEntry, unpackEntryOfFile } from '../../archives/zip/unpack-entry.js';
import type { ZipEntry } from '../../archives/zip/zip-entry.js';
import { ImagesError } from '../../core/errors.js';
import { isSystemError } from '../../storage/system-error.js';
import type { FileListing } from '../file-listing.js';
import { listZipEntries } from '../listing/zip-entries.js';
import { nameSome } from '../naming/name-some.js';
import type { PictureReading } from '../picture-reading.js';
import { type ArrayLayout, readArrayLayout, readLabelArray } from '../rows/array-layout.js';
import { labelsNameOf } from '../rows/array-names.js';
import { listRows, type RowSet, rowsInPlace, rowsUnpacked } from '../rows/row-set.js';
import type { InputFile } from './input-file.js';
import type { InputForm } from './input-form.js';
import { isZip } from './zip.js';

/** A zip archive of arrays as `numpy.savez` writes it: pictures, and labels if there are some. */
export const NPZ: InputForm = {
  id: 'npz',
  matches: async (file) => isZip(file) && (hasNpzName(file) || holdsArraysAlone(await file.zipEntries())),
  extensions: ['.npz'],
  list: async (file, reading) => listNpz(file.path, await file.zipEntries(), reading),
};

function hasNpzName({ path }: InputFile): boolean {
  return path.toLowerCase().endsWith('.npz');
}

function holdsArraysAlone(entries: readonly ZipEntry[]): boolean {
  return entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy'));
}

const PICTURES = 'arr_0';
const STATISTICS: readonly string[] = ['mu', 'sigma'];
/** Arrays whose heads are read where none is called arr_0. */
const MAX_LOOKED_AT = 64;
const PICTURE_AXES = 3;
const LABEL_BYTES = 8;

/**
 * Whether an `.npz` file holds pictures (`arr_0`, one array alone, or arrays that are no statistics) and not statistics.
 *
 * @param array the array of pictures, where it was named
 * @throws {ImagesError} if damaged
 */
export async function isPictureNpz(path: string, array?: string): Promise<boolean> {
  const arrays = listArrays(await listZipEntries(path));
  return (
    array !== undefined ||
    arrays.size === 1 ||
    arrays.has(PICTURES) ||
    !STATISTICS.some((name) => arrays.has(name))
  );
}

/** The arrays by name, in the order of the file. */
function listArrays(entries: readonly ZipEntry[]): Map<string, ZipEntry> {
  const arrays = entries.filter(({ name }) => name.endsWith('.npy'));
  return new Map(arrays.map((entry) => [nameOf(entry), entry]));
}

function nameOf({ name }: ZipEntry): string {
  return name.replace(/\.npy$/, '');
}

/**
 * The array of pictures: the one that was named, `arr_0`, the only array of any name, or the only one of three axes or more.
 *
 * @throws {ImagesError} if there is none, or several
 */
async function findPictures(
  path: string,
  entries: readonly ZipEntry[],
  named: string | undefined,
): Promise<ZipEntry> {
  const arrays = listArrays(entries);
  const shown = JSON.stringify(path);
  const all = nameSome([...arrays.keys()]) || 'none';
  if (named !== undefined) {
    const found = arrays.get(named);
    if (found) return found;
    throw new ImagesError(
      `${shown} has no array ${named} (it has ${all}): name one of them with --array (of a reference --reference-array).`,
    );
  }
  const [first] = arrays.values();
  const usual = arrays.get(PICTURES) ?? (arrays.size === 1 ? first : undefined);
  if (usual) return usual;
  if (STATISTICS.every((name) => arrays.has(name))) {
    throw new ImagesError(
      `${shown} holds statistics (mu and sigma) and no pictures: name it with --reference.`,
    );
  }
  const candidates: ZipEntry[] = [];
  for (const entry of [...arrays.values()].slice(0, MAX_LOOKED_AT)) {
    if (await hasPictureAxes(path, entry)) candidates.push(entry);
  }
  if (candidates.length === 1) return candidates[0];
  if (candidates.length > 1) {
    throw new ImagesError(
      `${shown} has several arrays of pictures (${nameSome(candidates.map(nameOf))}): name one with --array (of a reference --reference-array).`,
    );
  }
  throw new ImagesError(
    `${shown} has no array arr_0 of pictures (it has ${all}): save one with numpy.savez, or say --features if it holds features.`,
  );
}

async function hasPictureAxes(path: string, entry: ZipEntry): Promise<boolean> {
  try {
    return parseAnyNpyHeader(await readHead(path, entry)).shape.length >= PICTURE_AXES;
  } catch (error) {
    if (error instanceof NpyError) return false;
    throw error;
  }
}

/**
 * The pictures of an `.npz` file as the field's evaluators exchange them: `arr_0` (see `readArrayLayout`)
 * and, where there are labels, `arr_1`; or those of another name (see `labelsNameOf`). An array that is stored is read where it stands;
 * one that is deflated is unpacked once to a temporary file, since deflate has no way to begin in the middle.
 *
 * @throws {ImagesError}
 */
async function listNpz(
  path: string,
  entries: readonly ZipEntry[],
  reading: PictureReading,
): Promise<FileListing> {
  const pictures = await findPictures(path, entries, reading.array);
  const head = await readHead(path, pictures);
  const layout = readArrayLayout(showArray(path, pictures), head, pictures.bytes, reading);
  const found = await findLabels(path, entries, pictures, layout.rows);
  const rows: RowSet = {
    rows: layout.rows,
    labels: found.labels,
    ...(await placeRows(path, pictures, layout)),
  };
  return listRows([rows], found.warnings);
}

interface FoundLabels {
  readonly labels?: readonly string[];
  readonly warnings: readonly string[];
}

/** The labels beside the pictures. Several a picture are no classes: there are none then, with a warning. */
async function findLabels(
  path: string,
  entries: readonly ZipEntry[],
  pictures: ZipEntry,
  rows: number,
): Promise<FoundLabels> {
  const entry = listArrays(entries).get(labelsNameOf(nameOf(pictures)) ?? '');
  if (!entry) return { warnings: [] };
  if (nameOf(pictures) !== PICTURES) {
    const { shape } = await readHeader(path, entry);
    if (shape.length === 2 && shape[0] === rows && shape[1] > 1) {
      const warning = `there are no labels, because ${nameOf(entry)} has ${shape[1]} for each picture`;
      return { warnings: [warning] };
    }
  }
  return { labels: await readLabels(path, entry, rows), warnings: [] };
}

async function readHeader(path: string, entry: ZipEntry): Promise<AnyNpyHeader> {
  try {
    return parseAnyNpyHeader(await readHead(path, entry));
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    throw explainDamage(path, entry, error);
  }
}

function showArray(path: string, entry: ZipEntry): string {
  return `The array ${nameOf(entry)} of ${JSON.stringify(path)}`;
}

async function placeRows(
  path: string,
  pictures: ZipEntry,
  { layout, dataOffset }: ArrayLayout,
): Promise<Pick<RowSet, 'place' | 'prepare' | 'close'>> {
  const unpack = (signal?: AbortSignal) => unpackArray(path, pictures, signal);
  if (pictures.isDeflated) return rowsUnpacked(unpack, pictures.bytes, dataOffset, layout);
  return {
    ...rowsInPlace(path, (await locateArray(path, pictures)) + dataOffset, layout),
    prepare: async (signal) => {
      // Rows read at their places have no checksum of their own.
      for await (const _ of unpack(signal));
    },
  };
}

/** Where the bytes of an array that is stored begin in the file. */
async function locateArray(path: string, entry: ZipEntry): Promise<number> {
  try {
    return await withOpenFile(path, (file) => locateEntry(file, entry));
  } catch (error) {
    throw explainDamage(path, entry, error);
  }
}

async function readHead(path: string, entry: ZipEntry): Promise<Buffer> {
  return collect(unpackArray(path, entry), NPY_HEAD_BYTES);
}

async function readLabels(path: string, entry: ZipEntry, rows: number): Promise<string[]> {
  const shown = showArray(path, entry);
  const most = NPY_HEAD_BYTES + rows * LABEL_BYTES;
  if (entry.bytes > most) {
    throw new ImagesError(
      `${shown} has ${entry.bytes} bytes, more than the labels of ${rows} pictures: save one whole number for each.`,
    );
  }
  try {
    return readLabelArray(shown, parseNpy(await collect(unpackArray(path, entry), entry.bytes)), rows);
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    throw new ImagesError(`${shown} ${error.message}: save the labels as a plain array of int64.`, {
      cause: error,
    });
  }
}

/** At most the first `bytes` bytes; a whole entry is read to its end, where its checksum is compared. */
async function collect(chunks: AsyncIterable<Buffer>, bytes: number): Promise<Buffer> {
  const found: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    found.push(chunk);
    length += chunk.length;
    if (length > bytes) break;
  }
  return Buffer.concat(found);
}

/** As `unpackEntryOfFile`, with damage as an ImagesError and an abort as the signal's reason. */
async function* unpackArray(
  path: string,
  entry: ZipEntry,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* unpackEntryOfFile(path, entry, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw explainDamage(path, entry, error);
  }
}

/** The error as an ImagesError that names the array, unless the system reported it. */
function explainDamage(path: string, entry: ZipEntry, error: unknown): unknown {
  if (isSystemError(error)) return error;
  const { message } = error as Error;
  return new ImagesError(`${showArray(path, entry)} ${message}: get or save it again.`, { cause: error });
}
