import { dirname, join } from 'node:path/posix';
import { ImagesError } from '../../core/errors.js';
import type { LabelFile } from './label-file.js';
import { refuseHugeLabelFile } from './label-file-size.js';
import type { LabelRow } from './label-table.js';
import { parseTable } from './read-table.js';

/** Files that name pictures by `file_name`, as Hugging Face's `datasets` reads folders of pictures. */
export const METADATA: readonly string[] = ['metadata.csv', 'metadata.jsonl'];

const PATH_COLUMN = 'file_name';

/** What the metadata of a folder or archive says of labels. */
export type Metadata =
  /** Labels by paths of the whole tree, and what messages call the files. */
  | { readonly kind: 'labels'; readonly shown: string; readonly rows: readonly LabelRow[] }
  /** Labels that can't be used, as a sentence without its end. */
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'absent' };

/**
 * The labels in metadata. Paths in a file start at its own folder; a file without `file_name` is another program's.
 *
 * @param asked the column of labels, as the user names it
 * @throws {ImagesError} for a column that was asked for and can't be read
 */
export async function readMetadata(
  files: readonly LabelFile[],
  asked: string | undefined,
): Promise<Metadata> {
  const rows: LabelRow[] = [];
  const names: string[] = [];
  let length = 0;
  for (const { path, shown, readText } of files) {
    const text = await readText();
    if (!text.trimStart().split('\n', 1)[0].includes(PATH_COLUMN)) continue;
    length += text.length;
    refuseHugeLabelFile(`All metadata up to ${shown}`, length);
    try {
      const table = await parseTable({ name: path, shown, text }, asked);
      if (table.labelColumn === undefined) continue;
      rows.push(...table.rows.map((row) => ({ ...row, path: join(dirname(path), row.path) })));
      names.push(shown);
    } catch (error) {
      if (asked !== undefined || !(error instanceof ImagesError)) throw error;
      return { kind: 'unusable', reason: error.message.replace(/\.$/, '') };
    }
  }
  if (!rows.some(({ label }) => label !== undefined)) return { kind: 'absent' };
  return { kind: 'labels', shown: names[0], rows };
}
