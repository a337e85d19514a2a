import type { FileRange } from '../../archives/random-access.js';
import { TableError } from '../../archives/table-error.js';
import { ImagesError } from '../../core/errors.js';

/** A column of a table that has one value a row. */
export interface TableColumn {
  /** Names from the top: `image`, `bytes`. */
  readonly path: readonly string[];
  readonly kind: 'bytes' | 'text' | 'number' | 'other';
  /** Among the columns of its file. */
  readonly index: number;
}

/** A row's bytes: as they stand in the file, or unpacked; null where there are none. */
export type BytesCell = FileRange | Uint8Array | null;

/** A file with a table that may hold pictures. Values come in order of the rows, some at a time. */
export interface PictureTable {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  /** What its writer added to the schema, by keys. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly bytes: (column: TableColumn) => AsyncIterable<readonly BytesCell[]>;
  /** Text as it stands, whole numbers in digits. */
  readonly texts: (column: TableColumn) => AsyncIterable<readonly (string | null)[]>;
  /** The most that the bytes of a column take once they are unpacked. */
  readonly unpackedBytes: (column: TableColumn) => number;
}

/**
 * The error of a table's file as one for a reader; anything else is thrown as it is.
 *
 * @param what "Parquet", "Arrow"
 */
export function explainTableError(what: string, path: string, error: unknown): unknown {
  const isCutShort = error instanceof Error && error.constructor === Error;
  if (!(error instanceof TableError) && !isCutShort) return error;
  const remedy = error instanceof TableError ? error.remedy : 'get or write it again';
  return new ImagesError(`The ${what} file ${JSON.stringify(path)} ${error.message}: ${remedy}.`, {
    cause: error,
  });
}
