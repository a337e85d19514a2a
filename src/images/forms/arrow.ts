import { basename } from 'node:path';
import { openArrowTable } from '../tables/arrow-table.js';
import { listTables } from '../tables/list-tables.js';
import type { InputForm } from './input-form.js';

/** "ARROW1"; the stream format, which `datasets` writes, has no mark of its own. */
const FILE_MARK = '4152524f5731';

/** An Arrow file with a column of pictures, in the file format or the stream format. */
export const ARROW: InputForm = {
  id: 'arrow',
  matches: (file) => file.startsWith(FILE_MARK),
  extensions: ['.arrow'],
  list: async ({ path }, options) =>
    listTables(JSON.stringify(path), [{ name: basename(path), table: await openArrowTable(path) }], options),
};
