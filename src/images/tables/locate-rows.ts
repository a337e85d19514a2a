import { TableError } from '../../archives/table-error.js';
import { ImagesError } from '../../core/errors.js';
import { TemporaryFile } from '../rows/temporary-file.js';
import { explainTableError, type PictureTable, type TableColumn } from './picture-table.js';
import type { RowPlaces } from './row-places.js';

/** A table and where its rows begin among those of all tables. */
export interface TablePart {
  readonly table: PictureTable;
  readonly pictures: TableColumn;
  readonly start: number;
}

/**
 * Finds the bytes of every row. What is not packed stays where it is; what is packed is unpacked once to a temporary file, page by page,
 * since a packed page has no way to begin in the middle.
 *
 * @returns the temporary file, if there had to be one; close it
 * @throws {ImagesError} if a file is damaged
 * @throws {StorageError} if there is no room
 */
export async function locateRows(
  parts: readonly TablePart[],
  places: RowPlaces,
  signal?: AbortSignal,
): Promise<TemporaryFile | undefined> {
  const unpacked = new Unpacked(parts);
  try {
    for (const part of parts) await locatePart(part, places, { unpacked, signal });
    await unpacked.file?.flush();
    return unpacked.file;
  } catch (error) {
    await unpacked.file?.close();
    throw error;
  }
}

async function locatePart(
  { table, pictures, start }: TablePart,
  places: RowPlaces,
  { unpacked, signal }: { readonly unpacked: Unpacked; readonly signal?: AbortSignal },
): Promise<void> {
  let row = start;
  for await (const cells of table.bytes(pictures)) {
    signal?.throwIfAborted();
    for (const cell of cells) {
      if (cell === null) places.setAbsent(row);
      else if (!(cell instanceof Uint8Array)) places.setInFile(row, cell.offset, cell.bytes);
      else places.setUnpacked(row, await unpacked.add(table, cell), cell.length);
      row++;
    }
  }
  if (row !== start + table.rows) {
    throw new ImagesError(
      `${JSON.stringify(table.path)} changed while it was being read: start again when nothing writes to it.`,
    );
  }
}

/** Pictures that were packed; one that many rows share is written once. */
class Unpacked {
  file: TemporaryFile | undefined;
  readonly #offsets = new WeakMap<Uint8Array, number>();
  /** As the files state it. */
  readonly #stated: number;
  #bytes = 0;

  constructor(parts: readonly TablePart[]) {
    this.#stated = parts.reduce((sum, { table, pictures }) => sum + table.unpackedBytes(pictures), 0);
  }

  async add({ path }: PictureTable, bytes: Uint8Array): Promise<number> {
    const known = this.#offsets.get(bytes);
    if (known !== undefined) return known;
    this.file ??= await TemporaryFile.open(this.#stated);
    this.#bytes += bytes.length;
    // Front-coded values take more room than their pages, though not twice as much.
    if (this.#bytes > 2 * this.#stated) {
      throw explainTableError('table', path, new TableError('unpacks to more than it states'));
    }
    const offset = await this.file.append(bytes);
    this.#offsets.set(bytes, offset);
    return offset;
  }
}
