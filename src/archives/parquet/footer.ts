import type { RandomAccess } from '../random-access.js';
import { TableError } from '../table-error.js';
import { type SchemaElement, type SchemaLeaf, schemaLeaves } from './schema.js';
import { ThriftReader } from './thrift-reader.js';

/** The values of one column in one row group. */
export interface ColumnChunk {
  readonly codec: number;
  /** Values with the missing ones, which in a column without lists is the number of rows. */
  readonly values: number;
  /** Bytes of all its pages, unpacked, as stated. */
  readonly unpackedBytes: number;
  /** Where its first page is, and where its last one ends. */
  readonly start: number;
  readonly end: number;
}

/** What a Parquet file says of itself. */
export interface ParquetFooter {
  readonly rows: number;
  readonly leaves: readonly SchemaLeaf[];
  /** For each row group its rows, and a chunk for each leaf. */
  readonly groups: readonly { readonly rows: number; readonly chunks: readonly ColumnChunk[] }[];
  readonly metadata: ReadonlyMap<string, string>;
}

const MAGIC = 'PAR1';
const ENCRYPTED_MAGIC = 'PARE';
/** The length of the footer and the mark at the end of the file. */
const TAIL_BYTES = 8;
/** A hundred times what a shard of many row groups and columns has. */
const MAX_FOOTER_BYTES = 1 << 24;
const MAX_CHUNKS = 1 << 19;

/**
 * Reads the footer of a Parquet file.
 *
 * @throws {TableError} if it is damaged, encrypted or beyond all measure
 */
export async function readFooter(file: RandomAccess): Promise<ParquetFooter> {
  if (file.size < MAGIC.length + TAIL_BYTES) throw new TableError('is cut short');
  const tail = Buffer.alloc(TAIL_BYTES);
  await file.read(tail, file.size - TAIL_BYTES);
  const magic = tail.toString('latin1', 4);
  if (magic === ENCRYPTED_MAGIC) throw new TableError('is encrypted', 'write it without encryption');
  if (magic !== MAGIC) throw new TableError('is cut short (it does not end as a Parquet file does)');
  const length = tail.readUInt32LE(0);
  if (length > file.size - MAGIC.length - TAIL_BYTES) {
    throw new TableError(`states a footer of ${length} bytes, more than it has`);
  }
  if (length > MAX_FOOTER_BYTES) {
    throw new TableError(
      `has a footer of ${length} bytes, more than ${MAX_FOOTER_BYTES}`,
      'write it in larger row groups or in several files',
    );
  }
  const bytes = Buffer.alloc(length);
  await file.read(bytes, file.size - TAIL_BYTES - length);
  return parseFooter(bytes, file.size - TAIL_BYTES - length);
}

/** @param dataEnd where the pages must end */
function parseFooter(bytes: Uint8Array, dataEnd: number): ParquetFooter {
  const reader = new ThriftReader(bytes);
  const metadata = new Map<string, string>();
  let elements: SchemaElement[] = [];
  let groups: RowGroup[] = [];
  let chunks = 0;
  reader.struct((id, type) => {
    if (id === 2) elements = reader.list(() => readElement(reader));
    else if (id === 4) {
      groups = reader.list(() => {
        const group = readGroup(reader);
        chunks += group.chunks.length;
        if (chunks > MAX_CHUNKS) throw new TableError(`has more than ${MAX_CHUNKS} parts of columns`);
        return group;
      });
    } else if (id === 5) {
      for (const [key, value] of reader.list(() => readKeyValue(reader))) metadata.set(key, value);
    } else reader.skip(type);
  });
  const leaves = schemaLeaves(elements);
  for (const group of groups) refuseUnfit(group, leaves.length, dataEnd);
  return { rows: groups.reduce((sum, { rows }) => sum + rows, 0), leaves, groups, metadata };
}

interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly ColumnChunk[];
}

function refuseUnfit({ rows, chunks }: RowGroup, leaves: number, dataEnd: number): void {
  const isSound = ({ values, start, end, unpackedBytes }: ColumnChunk) =>
    values >= 0 && start >= MAGIC.length && end >= start && end <= dataEnd && unpackedBytes >= 0;
  if (rows < 0 || chunks.length !== leaves || !chunks.every(isSound)) {
    throw new TableError('has a damaged footer (it names parts that are not in the file)');
  }
}

function readElement(reader: ThriftReader): SchemaElement {
  const element: { -readonly [K in keyof SchemaElement]: SchemaElement[K] } = { name: '', children: 0 };
  reader.struct((id, type) => {
    if (id === 1) element.type = reader.number();
    else if (id === 2) element.typeLength = reader.number();
    else if (id === 3) element.repetition = reader.number();
    else if (id === 4) element.name = reader.text();
    else if (id === 5) element.children = reader.number();
    else if (id === 6) element.convertedType = reader.number();
    else if (id === 10) {
      reader.struct((logical, inner) => {
        element.logicalType = logical;
        reader.skip(inner);
      });
    } else reader.skip(type);
  });
  return element;
}

function readGroup(reader: ThriftReader): RowGroup {
  let rows = -1;
  let chunks: ColumnChunk[] = [];
  reader.struct((id, type) => {
    if (id === 1) chunks = reader.list(() => readChunk(reader));
    else if (id === 3) rows = reader.number();
    else reader.skip(type);
  });
  return { rows, chunks };
}

function readChunk(reader: ThriftReader): ColumnChunk {
  const facts = { codec: 0, values: -1, unpackedBytes: 0, packedBytes: 0, data: -1, dictionary: -1 };
  reader.struct((id, type) => {
    if (id === 1) throw new TableError('keeps columns in other files', 'write it as one file');
    if (id === 8 || id === 9) throw new TableError('is encrypted', 'write it without encryption');
    if (id !== 3) return reader.skip(type);
    reader.struct((field, inner) => {
      if (field === 4) facts.codec = reader.number();
      else if (field === 5) facts.values = reader.number();
      else if (field === 6) facts.unpackedBytes = reader.number();
      else if (field === 7) facts.packedBytes = reader.number();
      else if (field === 9) facts.data = reader.number();
      else if (field === 11) facts.dictionary = reader.number();
      else reader.skip(inner);
    });
  });
  const { codec, values, unpackedBytes, packedBytes, data, dictionary } = facts;
  const start = dictionary > 0 && dictionary < data ? dictionary : data;
  return { codec, values, unpackedBytes, start, end: start + packedBytes };
}

function readKeyValue(reader: ThriftReader): [string, string] {
  let key = '';
  let value = '';
  reader.struct((id, type) => {
    if (id === 1) key = reader.text();
    else if (id === 2) value = reader.text();
    else reader.skip(type);
  });
  return [key, value];
}
