import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { ImagesError } from '../core/errors.js';
import type { FileListing } from './file-listing.js';
import { listFolder } from './forms/folder.js';
import { INPUT_FORMS } from './forms/index.js';
import { InputFile } from './forms/input-file.js';
import type { InputForm } from './forms/input-form.js';
import type { ListingOptions } from './listing/listing-options.js';
import { compareCodePoints } from './naming/code-point-order.js';
import { isHiddenName, isPictureName } from './naming/picture-names.js';
import { refuseMisfit } from './picture-reading.js';
import { findTables } from './tables/find-tables.js';
import { listTableFiles } from './tables/list-table-files.js';

/** The pictures of an input, and the form that it has. */
export interface ListedInput {
  readonly kind: string;
  readonly listing: FileListing;
  readonly isLabelTable: boolean;
}

/**
 * Lists the pictures at `path`, whatever form they have.
 *
 * @throws {ImagesError} or the system's error
 */
export async function listInput(path: string, options: ListingOptions = {}): Promise<ListedInput> {
  const stats = await stat(path);
  if (stats.isDirectory()) {
    const listed = await listDirectory(path, options);
    refuseMisfit(path, listed.kind, options);
    return listed;
  }
  if (!stats.isFile()) {
    throw new ImagesError(
      `${JSON.stringify(path)} is not a regular file: give a folder or file of pictures.`,
    );
  }
  const file = await InputFile.open(path);
  const form = (await findByContent(file)) ?? findByName(path);
  if (!form) {
    throw new ImagesError(
      `${JSON.stringify(path)} is a file of no known kind: give a folder of pictures, a .zip, .tar, .npz, .npy or .parquet of them, or a .csv or .jsonl file of path and label.`,
    );
  }
  refuseMisfit(path, form.id, options);
  return { kind: form.id, listing: await form.list(file, options), isLabelTable: form.isLabelTable ?? false };
}

async function findByContent(file: InputFile): Promise<InputForm | undefined> {
  for (const form of INPUT_FORMS) if (await form.matches?.(file)) return form;
  return undefined;
}

function findByName(path: string): InputForm | undefined {
  const extension = extname(path).toLowerCase();
  return INPUT_FORMS.find(({ extensions }) => extensions?.includes(extension));
}

/** A folder with sub-folders or pictures holds nothing else; another may hold files of a form. */
async function listDirectory(path: string, options: ListingOptions): Promise<ListedInput> {
  const entries = await listUntilPicture(path);
  if (!entries) return listPlain(path, options);
  const isPlain = entries.some((entry) => entry.isDirectory());
  const tables = await findTables(path);
  if (tables.length > 0) return { ...(await listTableFiles(path, tables, options)), isLabelTable: false };
  const present = isPlain ? [] : entries.map(({ name }) => name).sort(compareCodePoints);
  for (const { id, folder } of INPUT_FORMS) {
    const names = folder ? filesOf(present, folder.names) : [];
    if (folder && names.length > 0) {
      return { kind: id, listing: await folder.list(path, names, options), isLabelTable: false };
    }
  }
  return listPlain(path, options);
}

/** What a folder holds; undefined where a picture is among it, and then no more of it is read. */
async function listUntilPicture(path: string): Promise<Dirent[] | undefined> {
  const entries: Dirent[] = [];
  for await (const entry of await opendir(path)) {
    if (isHiddenName(entry.name)) continue;
    if (isPictureName(entry.name)) return undefined;
    entries.push(entry);
  }
  return entries;
}

async function listPlain(path: string, options: ListingOptions): Promise<ListedInput> {
  return { kind: 'folder', listing: await listFolder(path, options), isLabelTable: false };
}

/** The names that match; a packed file counts where the unpacked one is absent. */
function filesOf(names: readonly string[], form: RegExp): string[] {
  return names.filter(
    (name) => form.test(name) && !(name.endsWith('.gz') && names.includes(name.slice(0, -'.gz'.length))),
  );
}
