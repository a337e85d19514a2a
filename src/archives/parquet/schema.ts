import { TableError } from '../table-error.js';

/** Physical types of Parquet that are read here. */
export const PHYSICAL = { int32: 1, int64: 2, byteArray: 6 } as const;

/** A node of the schema as it stands in the footer, where a node's children follow it. */
export interface SchemaElement {
  readonly name: string;
  readonly children: number;
  /** Physical type; absent for a group. */
  readonly type?: number;
  readonly typeLength?: number;
  /** 0 required, 1 optional, 2 repeated. */
  readonly repetition?: number;
  readonly convertedType?: number;
  /** Which of the logical types it is. */
  readonly logicalType?: number;
}

/** A column with values. */
export interface SchemaLeaf {
  /** Names from the top. */
  readonly path: readonly string[];
  readonly type: number;
  /** Whether its bytes are text. */
  readonly isText: boolean;
  /** Whether its whole numbers count from 0 up. */
  readonly isUnsigned: boolean;
  /** Definition level of a value that is there: how many of the nodes above it may be missing. */
  readonly definition: number;
  /** Whether a row has a list of values. */
  readonly isRepeated: boolean;
}

const OPTIONAL = 1;
const REPEATED = 2;
/** Data sets of pictures have three levels. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 10_000;
const UTF8 = 0;
const UINT_8 = 11;
const UINT_64 = 14;
const STRING = 1;

/**
 * The columns with values, in the order in which row groups have them.
 *
 * @throws {TableError} for what is no tree, or one that is too large
 */
export function schemaLeaves(elements: readonly SchemaElement[]): SchemaLeaf[] {
  if (elements.length > MAX_ELEMENTS)
    throw new TableError(`has ${elements.length} columns, more than ${MAX_ELEMENTS}`);
  const leaves: SchemaLeaf[] = [];
  let at = 0;
  const next = () => {
    const element = elements[at++];
    if (!element) throw new TableError('has a damaged schema (it names columns that are not there)');
    return element;
  };
  const visit = (path: readonly string[], definition: number, isRepeated: boolean): void => {
    if (path.length > MAX_DEPTH) throw new TableError(`has a schema of more than ${MAX_DEPTH} levels`);
    const element = next();
    const own = [...path, element.name];
    const level = definition + (element.repetition === OPTIONAL || element.repetition === REPEATED ? 1 : 0);
    const repeated = isRepeated || element.repetition === REPEATED;
    for (let i = 0; i < element.children; i++) visit(own, level, repeated);
    if (element.type !== undefined && element.children <= 0) {
      leaves.push(toLeaf(own, element, level, repeated));
    }
  };
  const root = next();
  for (let i = 0; i < root.children; i++) visit([], 0, false);
  return leaves;
}

function toLeaf(
  path: readonly string[],
  { type = 0, convertedType = -1, logicalType }: SchemaElement,
  definition: number,
  isRepeated: boolean,
): SchemaLeaf {
  return {
    path,
    type,
    isText: convertedType === UTF8 || logicalType === STRING,
    isUnsigned: convertedType >= UINT_8 && convertedType <= UINT_64,
    definition,
    isRepeated,
  };
}
