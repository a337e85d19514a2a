import { dirname, join } from 'node:path/posix';
import { ImagesError } from '../../core/errors.js';
import type { LabelFile } from './label-file.js';
import { MAX_TABLE_BYTES } from './label-file-size.js';
import { LabelRows } from './label-rows.js';
import { parseTable } from './read-table.js';
import { decodeText, peekLine } from './table-text.js';

/** Files that name pictures by `file_name`, as Hugging Face's `datasets` reads folders of pictures. */
export const METADATA: readonly string[] = ['metadata.csv', 'metadata.jsonl'];

const PATH_COLUMN = 'file_name';

/** What the metadata of a folder or archive says of labels. */
export type Metadata =
  /** Labels by paths from the folder of the set. */
  | { readonly kind: 'labels'; readonly rows: LabelRows }
  /** Labels that can't be used, as a sentence without its end. */
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'absent' };

/** What is read of metadata. */
export interface MetadataRequest {
  /** The folder of the set in the whole folder or archive, with a slash at its end, or ''. Rows beside it are left out. */
  readonly root: string;
  /** The column of labels, as the user names it. */
  readonly asked?: string;
}

/**
 * The labels in metadata. Paths in a file start at its own folder; a file without `file_name` is another program's.
 *
 * @throws {ImagesError} for a column that was asked for and can't be read
 */
export async function readMetadata(
  files: readonly LabelFile[],
  { root, asked }: MetadataRequest,
): Promise<Metadata> {
  let all: LabelRows | undefined;
  let labeled = 0;
  for (const { path, shown, read } of files) {
    if (!(await namesFiles(read))) continue;
    try {
      const table = await parseTable({ name: path, shown, bytes: read(MAX_TABLE_BYTES) }, { asked });
      if (table.labelColumn === undefined) continue;
      all ??= new LabelRows(shown);
      labeled += table.rows.labeled;
      addRows(all, table.rows, { folder: dirname(path), root });
    } catch (error) {
      if (asked !== undefined || !(error instanceof ImagesError)) throw error;
      return { kind: 'unusable', reason: error.message.replace(/\.$/, '') };
    }
  }
  if (!all || labeled === 0) return { kind: 'absent' };
  return { kind: 'labels', rows: all };
}

async function namesFiles(read: LabelFile['read']): Promise<boolean> {
  const { line, text } = await peekLine(decodeText(read(MAX_TABLE_BYTES)));
  for await (const _ of text) break;
  return line.includes(PATH_COLUMN);
}

function addRows(all: LabelRows, rows: LabelRows, { folder, root }: { folder: string; root: string }): void {
  for (let row = 0; row < rows.size; row++) {
    const path = join(folder, rows.path(row));
    if (path.startsWith(root)) all.add(path.slice(root.length), rows.label(row));
  }
}
