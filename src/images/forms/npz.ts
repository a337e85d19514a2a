import { NPY_HEAD_BYTES, NpyError, parseNpy } from '../../archives/npy.js';
import { withOpenFile } from '../../archives/random-access.js';
import { locateEntry, unpackEntryOfFile } from '../../archives/zip/unpack-entry.js';
import type { ZipEntry } from '../../archives/zip/zip-entry.js';
import { ImagesError } from '../../core/errors.js';
import { isSystemError } from '../../storage/system-error.js';
import { listZipEntries } from '../listing/zip-entries.js';
import { nameSome } from '../naming/name-some.js';
import { type ArrayLayout, readArrayLayout, readLabelArray } from '../rows/array-layout.js';
import { listRows, type RowSet, rowsInPlace, rowsUnpacked } from '../rows/row-set.js';
import type { InputFile } from './input-file.js';
import type { InputForm } from './input-form.js';
import { isZip } from './zip.js';

/** A zip archive of arrays as `numpy.savez` writes it: pictures, and labels if there are some. */
export const NPZ: InputForm = {
  id: 'npz',
  matches: async (file) => isZip(file) && (hasNpzName(file) || holdsArraysAlone(await file.zipEntries())),
  extensions: ['.npz'],
  list: async (file) => listRows([await readNpzRows(file.path, await file.zipEntries())]),
};

function hasNpzName({ path }: InputFile): boolean {
  return path.toLowerCase().endsWith('.npz');
}

function holdsArraysAlone(entries: readonly ZipEntry[]): boolean {
  return entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy'));
}

const PICTURES = 'arr_0.npy';
const LABELS = 'arr_1.npy';
const LABEL_BYTES = 8;

/**
 * Whether an `.npz` file holds pictures (`arr_0`, or one array alone) and not statistics.
 *
 * @throws {ImagesError} if damaged
 */
export async function isPictureNpz(path: string): Promise<boolean> {
  return findPictures(await listZipEntries(path)) !== undefined;
}

/** The array of pictures: `arr_0`, or the only array of any name. */
function findPictures(entries: readonly ZipEntry[]): ZipEntry | undefined {
  const arrays = entries.filter(({ name }) => name.endsWith('.npy'));
  return arrays.find(({ name }) => name === PICTURES) ?? (arrays.length === 1 ? arrays[0] : undefined);
}

/**
 * The pictures of an `.npz` file as the field's evaluators exchange them: `arr_0` (see `readArrayLayout`)
 * and, where there are labels, `arr_1`. An array that is stored is read where it stands; one that is deflated
 * is unpacked once to a temporary file, since deflate has no way to begin in the middle.
 *
 * @throws {ImagesError}
 */
async function readNpzRows(path: string, entries: readonly ZipEntry[]): Promise<RowSet> {
  const pictures = findPictures(entries);
  if (!pictures) {
    const names = entries.map(({ name }) => name.replace(/\.npy$/, ''));
    if (names.includes('mu') && names.includes('sigma')) {
      throw new ImagesError(
        `${JSON.stringify(path)} holds statistics (mu and sigma) and no pictures: name it with --reference.`,
      );
    }
    throw new ImagesError(
      `${JSON.stringify(path)} has no array arr_0 of pictures (it has ${nameSome(names) || 'none'}): save one with numpy.savez.`,
    );
  }
  const layout = readArrayLayout(showArray(path, pictures), await readHead(path, pictures), pictures.bytes);
  const labels = entries.find(({ name }) => name === LABELS && pictures.name === PICTURES);
  return {
    rows: layout.rows,
    labels: labels && (await readLabels(path, labels, layout.rows)),
    ...(await placeRows(path, pictures, layout)),
  };
}

function showArray(path: string, { name }: ZipEntry): string {
  return `The array ${name.replace(/\.npy$/, '')} of ${JSON.stringify(path)}`;
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
