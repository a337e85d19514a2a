import { TableError } from '../table-error.js';
import type { FlatTable } from './flat-table.js';

/** What a column holds, as far as it is read here. */
export type ArrowKind = 'bytes' | 'text' | 'number' | 'other';

/** A column with values, or the inner one of a structure, and where a record batch has it. */
export interface ArrowLeaf {
  /** Names from the top. */
  readonly path: readonly string[];
  readonly kind: ArrowKind;
  /** Bytes of an offset (4, or 8 in a "large" type), or of a number. */
  readonly width: number;
  readonly isSigned: boolean;
  /** Which of the batch's nodes it is. */
  readonly node: number;
  /** Which of the batch's buffers is its first, which says what is there; its data follow. */
  readonly buffer: number;
  /** The same of the structures above it, whose missing rows it misses. */
  readonly above: readonly { readonly node: number; readonly buffer: number }[];
}

/** What an Arrow file says of itself. */
export interface ArrowSchema {
  readonly leaves: readonly ArrowLeaf[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Types, as the format numbers them. */
const TYPE = {
  null: 1,
  int: 2,
  binary: 4,
  utf8: 5,
  list: 12,
  struct: 13,
  fixedSizeList: 16,
  map: 17,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
} as const;
/** Types of one width: what is there, and the data. */
const PLAIN: ReadonlySet<number> = new Set([2, 3, 6, 7, 8, 9, 10, 11, 15, 18]);
const OFFSETS: ReadonlySet<number> = new Set([TYPE.binary, TYPE.utf8, TYPE.largeBinary, TYPE.largeUtf8]);
const LISTS: ReadonlySet<number> = new Set([TYPE.list, TYPE.map, TYPE.largeList]);
const KINDS: Readonly<Record<number, ArrowKind>> = {
  [TYPE.int]: 'number',
  [TYPE.binary]: 'bytes',
  [TYPE.largeBinary]: 'bytes',
  [TYPE.utf8]: 'text',
  [TYPE.largeUtf8]: 'text',
};
/** Bytes of whole numbers and offsets. */
const WIDTHS: ReadonlySet<number> = new Set([1, 2, 4, 8]);
const MAX_DEPTH = 32;
const MAX_FIELDS = 10_000;

/**
 * Reads a schema.
 *
 * @throws {TableError} if it is damaged, or has types whose buffers can't be counted
 */
export function readSchema(schema: FlatTable): ArrowSchema {
  if (schema.int16(0) !== 0) throw new TableError('has big-endian numbers', 'write it on another machine');
  const walk = new SchemaWalk();
  for (const field of schema.tables(1)) walk.visit(field, [], []);
  const metadata = new Map<string, string>();
  for (const pair of schema.tables(2)) metadata.set(pair.text(0), pair.text(1));
  return { leaves: walk.leaves, metadata };
}

type Above = ArrowLeaf['above'];

class SchemaWalk {
  readonly leaves: ArrowLeaf[] = [];
  #nodes = 0;
  #buffers = 0;

  visit(field: FlatTable, path: readonly string[], above: Above | undefined): void {
    if (path.length >= MAX_DEPTH) throw new TableError(`has a schema of more than ${MAX_DEPTH} levels`);
    if (this.#nodes >= MAX_FIELDS) throw new TableError(`has more than ${MAX_FIELDS} columns`);
    const own = [...path, field.text(0)];
    const here = { node: this.#nodes++, buffer: this.#buffers };
    // Places in a dictionary stand where the values would.
    const isDictionary = field.table(4) !== undefined;
    const type = isDictionary ? TYPE.int : field.uint8(2);
    this.#buffers += buffersOf(type, own);
    const isGroup = type === TYPE.struct || LISTS.has(type) || type === TYPE.fixedSizeList;
    if (isGroup) {
      // Rows of what is in a list are not rows of the table.
      const within = above && type === TYPE.struct ? [...above, here] : undefined;
      for (const child of field.tables(5)) this.visit(child, own, within);
    } else if (above) {
      const facts = widthOf(type, field.table(3));
      const isRead = !isDictionary && WIDTHS.has(facts.width);
      this.leaves.push({ path: own, kind: (isRead && KINDS[type]) || 'other', ...here, ...facts, above });
    }
  }
}

function buffersOf(type: number, path: readonly string[]): number {
  if (type === TYPE.null) return 0;
  if (type === TYPE.struct || type === TYPE.fixedSizeList) return 1;
  if (PLAIN.has(type) || LISTS.has(type)) return 2;
  if (OFFSETS.has(type)) return 3;
  throw new TableError(
    `has a column ${JSON.stringify(path.join('.'))} of a type (${type}) that is not read`,
    'write it without that column',
  );
}

function widthOf(type: number, facts: FlatTable | undefined): Pick<ArrowLeaf, 'width' | 'isSigned'> {
  if (type === TYPE.int) return { width: (facts?.int32(0) ?? 0) / 8, isSigned: facts?.uint8(1) === 1 };
  return { width: type === TYPE.largeBinary || type === TYPE.largeUtf8 ? 8 : 4, isSigned: true };
}
