import { BatchReader } from '../../archives/arrow/record-batch.js';
import type { ArrowLeaf } from '../../archives/arrow/schema.js';
import { type ArrowContent, walkArrow } from '../../archives/arrow/walk-arrow.js';
import { OpenFile, withOpenFile } from '../../archives/random-access.js';
import { explainTableError, type PictureTable, type TableColumn } from './picture-table.js';

/**
 * Opens an Arrow file: reads the heads of its record batches alone.
 *
 * @throws {ImagesError} if it can't be used
 */
export async function openArrowTable(path: string): Promise<PictureTable> {
  try {
    return toTable(path, await withOpenFile(path, (file) => walkArrow(file)));
  } catch (error) {
    throw explainTableError('Arrow', path, error);
  }
}

function toTable(path: string, { schema, batches }: ArrowContent): PictureTable {
  async function* each<T>(
    { index }: TableColumn,
    read: (reader: BatchReader, leaf: ArrowLeaf) => Promise<readonly T[]>,
  ): AsyncGenerator<readonly T[], void, void> {
    const file = await OpenFile.open(path);
    try {
      for (const batch of batches) yield await read(new BatchReader(file, batch), schema.leaves[index]);
    } catch (error) {
      throw explainTableError('Arrow', path, error);
    } finally {
      await file.close();
    }
  }
  return {
    path,
    rows: batches.reduce((sum, { rows }) => sum + rows, 0),
    columns: schema.leaves.map((leaf, index) => ({ path: leaf.path, kind: leaf.kind, index })),
    metadata: schema.metadata,
    bytes: (column) => each(column, (reader, leaf) => reader.ranges(leaf)),
    texts: (column) =>
      each(column, async (reader, leaf) =>
        leaf.kind === 'text'
          ? reader.texts(leaf)
          : (await reader.numbers(leaf)).map((value) => (value === null ? null : String(value))),
      ),
    unpackedBytes: () => 0,
  };
}
