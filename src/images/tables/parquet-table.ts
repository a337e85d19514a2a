import { type ParquetFooter, readFooter } from '../../archives/parquet/footer.js';
import { type Cell, readColumn } from '../../archives/parquet/read-column.js';
import { PHYSICAL, type SchemaLeaf } from '../../archives/parquet/schema.js';
import { OpenFile, withOpenFile } from '../../archives/random-access.js';
import { TableError } from '../../archives/table-error.js';
import { type BytesCell, explainTableError, type PictureTable, type TableColumn } from './picture-table.js';

/**
 * Opens a Parquet file: reads its footer alone.
 *
 * @throws {ImagesError} if it can't be used
 */
export async function openParquetTable(path: string): Promise<PictureTable> {
  try {
    return await withOpenFile(path, async (file) => {
      const footer = await readFooter(file);
      // A row without a byte of its own is none of a picture.
      if (footer.rows > file.size) throw new TableError(`states ${footer.rows} rows in ${file.size} bytes`);
      return toTable(path, footer);
    });
  } catch (error) {
    throw explainTableError('Parquet', path, error);
  }
}

function toTable(path: string, footer: ParquetFooter): PictureTable {
  const columns = footer.leaves.map((leaf, index) => ({ path: leaf.path, kind: kindOf(leaf), index }));
  async function* cells(
    { index }: TableColumn,
    inPlace: boolean,
  ): AsyncGenerator<readonly Cell[], void, void> {
    const file = await OpenFile.open(path);
    try {
      yield* readColumn(file, footer, index, inPlace);
    } catch (error) {
      throw explainTableError('Parquet', path, error);
    } finally {
      await file.close();
    }
  }
  return {
    path,
    rows: footer.rows,
    columns,
    metadata: footer.metadata,
    bytes: (column) => cells(column, true) as AsyncIterable<readonly BytesCell[]>,
    texts: (column) => toTexts(cells(column, false)),
    unpackedBytes: ({ index }) =>
      footer.groups.reduce((sum, { chunks }) => sum + chunks[index].unpackedBytes, 0),
  };
}

function kindOf({ type, isText, isRepeated }: SchemaLeaf): TableColumn['kind'] {
  if (isRepeated) return 'other';
  if (type === PHYSICAL.byteArray) return isText ? 'text' : 'bytes';
  return type === PHYSICAL.int32 || type === PHYSICAL.int64 ? 'number' : 'other';
}

async function* toTexts(
  pages: AsyncIterable<readonly Cell[]>,
): AsyncGenerator<(string | null)[], void, void> {
  // Rows that name the same entry of a dictionary have the same object.
  const decoded = new WeakMap<Uint8Array, string>();
  for await (const cells of pages) {
    yield cells.map((cell) => {
      if (cell === null || typeof cell === 'bigint') return cell === null ? null : String(cell);
      const bytes = cell as Uint8Array;
      const known = decoded.get(bytes);
      if (known !== undefined) return known;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
      decoded.set(bytes, text);
      return text;
    });
  }
}
