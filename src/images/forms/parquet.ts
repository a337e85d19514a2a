import { basename } from 'node:path';
import { listTables } from '../tables/list-tables.js';
import { openParquetTable } from '../tables/parquet-table.js';
import type { InputForm } from './input-form.js';

/** "PAR1", or "PARE" where the footer is encrypted. */
const MARKS = ['50415231', '50415245'];

/** A Parquet file with a column of pictures, as Hugging Face's data sets have it. */
export const PARQUET: InputForm = {
  id: 'parquet',
  matches: (file) => file.startsWith(...MARKS),
  extensions: ['.parquet'],
  list: async ({ path }, options) =>
    listTables(
      JSON.stringify(path),
      [{ name: basename(path), table: await openParquetTable(path) }],
      options,
    ),
};
