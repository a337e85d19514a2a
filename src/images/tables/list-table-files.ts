import { join } from 'node:path';
import { basename, dirname, extname } from 'node:path/posix';
import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import type { ListingOptions } from '../listing/listing-options.js';
import { areSplits, chooseSplits, splitOfFile, splitOfName } from '../listing/splits.js';
import { nameSome } from '../naming/name-some.js';
import { openArrowTable } from './arrow-table.js';
import { listTables, type NamedTable } from './list-tables.js';
import { openParquetTable } from './parquet-table.js';

/** The pictures of the tables of a folder, and the form that these have. */
interface ListedTables {
  readonly kind: 'parquet' | 'arrow';
  readonly listing: FileListing;
}

/** The name that `save_to_disk` gives all its files. */
const SAVED = 'data';

/**
 * Lists the Parquet or Arrow files of a folder as one set, or those of a split: what a clone of a Hugging Face data set has, or
 * `save_to_disk` writes.
 *
 * @param files paths from the folder `root`, in code-point order
 * @throws {ImagesError} for several splits of which none was asked for, for several data sets, and for what `listTables` refuses
 */
export async function listTableFiles(
  root: string,
  files: readonly string[],
  options: ListingOptions,
): Promise<ListedTables> {
  const shown = JSON.stringify(root);
  const chosen = chooseTables(shown, files, options.split);
  const folders = [...new Set(chosen.files.map(setFolder))];
  if (folders.length > 1) {
    throw new ImagesError(
      `${shown} holds several data sets (${nameSome(folders.map((folder) => folder || '.'))}): name the folder of one.`,
    );
  }
  const isParquet = chosen.files.map((file) => file.endsWith('.parquet'));
  if (isParquet.includes(true) && isParquet.includes(false)) {
    throw new ImagesError(
      `${shown} holds Parquet and Arrow files: name one of them, or a folder of one kind.`,
    );
  }
  const kind = isParquet[0] ? 'parquet' : 'arrow';
  const open = isParquet[0] ? openParquetTable : openArrowTable;
  const tables: NamedTable[] = [];
  for (const file of chosen.files) {
    const within = file.slice(folders[0] === '' ? 0 : folders[0].length + 1);
    const name = within.slice(0, within.length - extname(within).length);
    tables.push({ name, table: await open(join(root, file)) });
  }
  return { kind, listing: { ...(await listTables(shown, tables, options)), split: chosen.split } };
}

function chooseTables(
  shown: string,
  files: readonly string[],
  asked: string | undefined,
): { readonly files: readonly string[]; readonly split?: string } {
  if (!areSplits(files.map(splitOfTable))) return { files };
  const splitOf = (file: string) => splitOfTable(file) ?? file;
  const counts = new Map<string, number>();
  for (const file of files) counts.set(splitOf(file), (counts.get(splitOf(file)) ?? 0) + 1);
  const { names, split } = chooseSplits(shown, { counts, noun: ['file', 'files'] }, asked);
  return { files: files.filter((file) => names.includes(splitOf(file))), split };
}

/** By its folder (`train/0000.parquet`), or else by its name. */
function splitOfTable(file: string): string | undefined {
  const split = splitOfName(basename(dirname(file))) ?? splitOfFile(basename(file));
  return split === SAVED ? undefined : split;
}

/** The folder of a data set: that of its file, or the one around the folders of its splits; '' for the root. */
function setFolder(file: string): string {
  const folder = dirname(file);
  const own = splitOfName(basename(folder)) === undefined ? folder : dirname(folder);
  return own === '.' ? '' : own;
}
