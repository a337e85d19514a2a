/** Which row of a table each picture has. */
export interface PathMatch {
  /** Row of each picture; undefined where it has none. */
  readonly rows: readonly (number | undefined)[];
  /** Pictures that have a row. */
  readonly found: number;
  /** How names were compared, as the end of a sentence, where more than folders in front was left out. */
  readonly comparedBy?: string;
}

/** One way to compare the paths of two sides. */
interface Comparison {
  readonly ofRow: (path: string) => string;
  readonly ofPicture: (id: string) => string;
  readonly says?: string;
}

/** Folders in front of all paths that are left out one by one. */
const MAX_FOLDERS = 16;

const same = (path: string) => path;
const withSlashes = (path: string) => path.replaceAll('\\', '/');
const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/**
 * Finds the row of each picture in a table. Paths are compared as they stand; then without folders that all rows, or all pictures, have
 * in front; then by the files' names alone, and last without extensions or zeros in front, if no two pictures or rows are the same
 * then. The first way that finds all pictures counts, else the one that finds most.
 *
 * @param paths of the table, each once
 * @param ids of the pictures
 */
export function matchPaths(paths: readonly string[], ids: readonly string[]): PathMatch {
  let best: PathMatch = { rows: ids.map(() => undefined), found: 0 };
  for (const comparison of listComparisons(paths, ids)) {
    const match = compare(paths, ids, comparison);
    if (match && match.found > best.found) best = match;
    if (best.found === ids.length) break;
  }
  return best;
}

function* listComparisons(paths: readonly string[], ids: readonly string[]): Generator<Comparison> {
  yield { ofRow: same, ofPicture: same };
  if (paths.some((path) => path.includes('\\'))) yield { ofRow: withSlashes, ofPicture: same };
  for (const length of listPrefixes(paths)) yield { ofRow: (path) => path.slice(length), ofPicture: same };
  for (const length of listPrefixes(ids)) yield { ofRow: same, ofPicture: (id) => id.slice(length) };
  const says = 'by file names alone, without folders';
  yield { ofRow: (path) => baseName(withSlashes(path)), ofPicture: baseName, says };
  yield { ofRow: same, ofPicture: withoutExtension, says: 'without extensions' };
  yield {
    ofRow: (path) => withoutExtension(baseName(path)),
    ofPicture: (id) => withoutExtension(baseName(id)),
    says: 'by file names alone, without folders and extensions',
  };
  yield { ofRow: withoutZeros, ofPicture: withoutZeros, says: 'as numbers' };
}

/** The rows by one way of comparing; undefined where it makes two pictures or two rows the same. */
function compare(
  paths: readonly string[],
  ids: readonly string[],
  { ofRow, ofPicture, says }: Comparison,
): PathMatch | undefined {
  const rowOf = new Map(paths.map((path, row) => [ofRow(path), row]));
  if (rowOf.size < paths.length) return undefined;
  const rows = ids.map((id) => rowOf.get(ofPicture(id)));
  const known = rows.filter((row) => row !== undefined);
  if (new Set(known).size < known.length) return undefined;
  return { rows, found: known.length, ...(says !== undefined && { comparedBy: says }) };
}

/** Lengths of the folders in front that all paths have, with their slashes, the shortest first. */
function listPrefixes(paths: readonly string[]): number[] {
  const [first = ''] = paths;
  const lengths: number[] = [];
  for (let slash = first.indexOf('/'); slash >= 0; slash = first.indexOf('/', slash + 1)) {
    const prefix = first.slice(0, slash + 1);
    if (lengths.length === MAX_FOLDERS || !paths.every((path) => path.startsWith(prefix))) break;
    lengths.push(prefix.length);
  }
  return lengths;
}

function withoutExtension(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
}

/** Rows of an array are called by numbers with zeros in front, which other programs leave out. */
function withoutZeros(path: string): string {
  return /^\d+$/.test(path) ? path.replace(/^0+(?=\d)/, '') : path;
}
