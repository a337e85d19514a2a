import type { RandomAccess } from '../random-access.js';
import { TableError } from '../table-error.js';
import { FlatTable } from './flat-table.js';
import { type RecordBatch, readBatchHead } from './record-batch.js';
import { type ArrowSchema, readSchema } from './schema.js';

/** An Arrow file: its columns, and its rows in batches. */
export interface ArrowContent {
  readonly schema: ArrowSchema;
  readonly batches: readonly RecordBatch[];
}

/** Both ends of the file format; the stream that it holds begins behind the first. */
const FILE_MAGIC = 'ARROW1';
const FILE_HEAD_BYTES = 8;
/** Stands before the length of a message's head since Arrow 0.15. */
const CONTINUATION = 0xffffffff;
const LENGTH_BYTES = 4;
/** A schema with a hundred thousand class names has two million bytes. */
const MAX_HEAD_BYTES = 1 << 24;
const MAX_BATCHES = 1 << 18;
const MESSAGE = { schema: 1, dictionary: 2, batch: 3 } as const;
const CUT_SHORT = 'is cut short';

/**
 * Reads the heads of all messages of an Arrow file, in the stream format or in the file format, which is a stream with an index behind
 * it. No value is read.
 *
 * @throws {TableError} if it is damaged, packed, or has types that are not read
 */
export async function walkArrow(file: RandomAccess): Promise<ArrowContent> {
  const isFile = await isFileFormat(file);
  let at = isFile ? FILE_HEAD_BYTES : 0;
  let schema: ArrowSchema | undefined;
  const batches: RecordBatch[] = [];
  for (;;) {
    const message = await readMessage(file, at);
    if (!message) break;
    const { head, bodyStart } = message;
    const body = head.table(2);
    const bytes = head.int64(3);
    if (!body || bytes < 0) throw new TableError('has a message that is damaged');
    if (bodyStart + bytes > file.size) throw new TableError(CUT_SHORT);
    const kind = head.uint8(1);
    if (!schema) {
      if (kind !== MESSAGE.schema) throw new TableError('does not begin with a schema');
      schema = readSchema(body);
    } else if (kind === MESSAGE.batch) {
      if (batches.length >= MAX_BATCHES) throw new TableError(`has more than ${MAX_BATCHES} record batches`);
      batches.push(readBatchHead(body, { offset: bodyStart, bytes }));
    } else if (kind !== MESSAGE.dictionary) throw new TableError('has a message that is damaged');
    at = bodyStart + bytes;
  }
  if (!schema) throw new TableError('is empty');
  return { schema, batches };
}

async function isFileFormat(file: RandomAccess): Promise<boolean> {
  if (file.size < FILE_HEAD_BYTES) throw new TableError(CUT_SHORT);
  const head = Buffer.alloc(FILE_MAGIC.length);
  await file.read(head, 0);
  if (head.toString('latin1') !== FILE_MAGIC) return false;
  await file.read(head, file.size - FILE_MAGIC.length);
  if (head.toString('latin1') !== FILE_MAGIC)
    throw new TableError(`${CUT_SHORT} (it does not end as an Arrow file does)`);
  return true;
}

/** The message at a place; undefined at the end of the stream. */
async function readMessage(
  file: RandomAccess,
  at: number,
): Promise<{ head: FlatTable; bodyStart: number } | undefined> {
  if (at === file.size) return undefined;
  let start = at;
  let length = await readLength(file, start);
  start += LENGTH_BYTES;
  if (length === CONTINUATION) {
    length = await readLength(file, start);
    start += LENGTH_BYTES;
  }
  if (length === 0) return undefined;
  if (length > MAX_HEAD_BYTES) throw new TableError('has a message that is damaged');
  if (start + length > file.size) throw new TableError(CUT_SHORT);
  const bytes = Buffer.alloc(length);
  await file.read(bytes, start);
  return { head: FlatTable.root(bytes), bodyStart: start + length };
}

async function readLength(file: RandomAccess, at: number): Promise<number> {
  if (at + LENGTH_BYTES > file.size) throw new TableError(CUT_SHORT);
  const bytes = Buffer.alloc(LENGTH_BYTES);
  await file.read(bytes, at);
  return bytes.readUInt32LE(0);
}
