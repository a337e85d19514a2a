import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import type { ListingOptions } from '../listing/listing-options.js';
import { nameSome, shorten } from '../naming/name-some.js';
import { labeledEntries, refuseRowCount } from '../rows/row-set.js';
import type { TemporaryFile } from '../rows/temporary-file.js';
import { type ChosenColumns, chooseColumns } from './choose-columns.js';
import { locateRows, type TablePart } from './locate-rows.js';
import type { PictureTable } from './picture-table.js';
import { RowPlaces } from './row-places.js';

/** A table, and what stands before the numbers of its rows where there are several: "train-00000-of-00002". */
export interface NamedTable {
  readonly name: string;
  readonly table: PictureTable;
}

/** A table with the columns that are read. */
interface Part extends TablePart, NamedTable {
  readonly columns: ChosenColumns;
}

/** No file has so long a name; a text of another kind may. */
const MAX_NAME_LENGTH = 4096;
const MAX_NAMES_LENGTH = 2 ** 28;

/**
 * Lists the pictures of tables as one set, in order of the tables and of their rows. A picture's name is its path in the table; where paths
 * are missing or repeat, all are named by the file and the row.
 *
 * @param shown what messages call the set
 * @throws {ImagesError} if they can't be used
 */
export async function listTables(
  shown: string,
  tables: readonly NamedTable[],
  { labels: from, labelColumn }: ListingOptions,
): Promise<FileListing> {
  const parts = toParts(tables, labelColumn);
  const rows = parts.reduce((sum, { table }) => sum + table.rows, 0);
  refuseRowCount(shown, rows);
  const names = await readNames(parts, rows);
  const { labels, warnings } = from === 'none' ? { warnings: [] } : await readLabels(parts);
  const places = new RowPlaces(rows);
  let unpacked: TemporaryFile | undefined;
  return {
    ...labeledEntries(names.ids, labels),
    ...(labelColumn !== undefined && { labelColumn }),
    warnings: [...new Set(parts.flatMap(({ columns }) => columns.warnings)), ...warnings],
    place: (index) => {
      const part = parts.findLast(({ start }) => start <= index) as Part;
      const reason = names.hasPath[index] === 1 ? NOT_EMBEDDED : NOTHING;
      return places.at(index, { file: part.table.path, unpacked: unpacked?.descriptor, reason });
    },
    prepare: async (signal) => {
      unpacked = await locateRows(parts, places, signal);
    },
    close: async () => {
      await unpacked?.close();
    },
  };
}

const NOT_EMBEDDED = 'is not in the table, which has only its path (embed the files before writing it)';
const NOTHING = 'has no bytes in the table';

function toParts(tables: readonly NamedTable[], labelColumn: string | undefined): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const { name, table } of tables) {
    const columns = chooseColumns(table, labelColumn);
    parts.push({ name, table, columns, pictures: columns.pictures, start });
    start += table.rows;
  }
  return parts;
}

/** The pictures' names, and for which of them the table states a path. */
async function readNames(
  parts: readonly Part[],
  rows: number,
): Promise<{ ids: string[]; hasPath: Uint8Array }> {
  const hasPath = new Uint8Array(rows);
  const paths: string[] = [];
  const seen = new Set<string>();
  let length = 0;
  let areNames = true;
  for (const { table, columns, start } of parts) {
    if (!columns.paths) {
      areNames = false;
      continue;
    }
    let row = start;
    for await (const texts of table.texts(columns.paths)) {
      for (const text of texts) {
        if (text) hasPath[row] = 1;
        length += text?.length ?? 0;
        areNames &&=
          !!text && text.length <= MAX_NAME_LENGTH && length <= MAX_NAMES_LENGTH && !seen.has(text);
        if (areNames && text) {
          seen.add(text);
          paths.push(text);
        }
        row++;
      }
    }
  }
  const ids = areNames && paths.length === rows ? paths : numberRows(parts);
  return { ids, hasPath };
}

/** "train-00000-of-00002/0042"; without the file's name if there is one file. */
function numberRows(parts: readonly Part[]): string[] {
  return parts.flatMap(({ name, table }) => {
    const digits = String(table.rows - 1).length;
    const prefix = parts.length > 1 ? `${name}/` : '';
    return Array.from({ length: table.rows }, (_, row) => prefix + String(row).padStart(digits, '0'));
  });
}

/** The name of the class of each row; none if a table has no labels, or some rows have none. */
async function readLabels(
  parts: readonly Part[],
): Promise<{ labels?: string[]; warnings: readonly string[] }> {
  const bare = parts.filter(({ columns }) => !columns.labels);
  if (bare.length > 0) {
    const isMixed = bare.length < parts.length;
    const names = nameSome(bare.map(({ name }) => name));
    return { warnings: isMixed ? [`there are no labels, because these have none: ${names}`] : [] };
  }
  const labels: string[] = [];
  let missing = 0;
  for (const part of parts) {
    for await (const label of eachLabel(part)) {
      if (label === undefined) missing++;
      else labels.push(label);
    }
  }
  if (missing === 0) return { labels, warnings: [] };
  return {
    warnings: labels.length > 0 ? [`there are no labels, because ${missing} of the rows have none`] : [],
  };
}

async function* eachLabel({
  table,
  columns: { labels, classNames },
}: Part): AsyncGenerator<string | undefined> {
  if (!labels) return;
  /** One text for each class, so that a million rows share it. */
  const known = new Map<string, string>();
  let row = 0;
  for await (const texts of table.texts(labels)) {
    for (const text of texts) {
      const label = toLabel(text, classNames);
      if (label === null) {
        throw new ImagesError(
          `${JSON.stringify(table.path)} gives row ${row} the label ${JSON.stringify(shorten(text ?? ''))}, where 0 to ${(classNames?.length ?? 0) - 1} are possible: it is damaged, or write its features again.`,
        );
      }
      if (label !== undefined && !known.has(label)) known.set(label, label);
      yield label === undefined ? undefined : known.get(label);
      row++;
    }
  }
}

/** Of a row without a label, as `datasets` writes it. */
const NO_CLASS = '-1';

/** The class of a cell; undefined where it has none, null where it is impossible. */
function toLabel(text: string | null, classNames: readonly string[] | undefined): string | undefined | null {
  if (text === null || text.trim() === '') return undefined;
  if (!classNames) return text.trim();
  if (text === NO_CLASS) return undefined;
  return /^\d+$/.test(text) ? (classNames[Number(text)] ?? null) : classNames.includes(text) ? text : null;
}
