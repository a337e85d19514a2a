import { findRepeats } from './find-repeats.js';

/** Which row of a table each picture has. */
export interface PathMatch {
  /** Row of each picture; -1 where it has none. */
  readonly rows: Int32Array;
  /** Pictures that have a row. */
  readonly found: number;
  /** How names were compared, as the end of a sentence, where more than folders in front was left out. */
  readonly comparedBy?: string;
}

/** The paths of a table. There may be millions, so they are made one by one. */
export interface PathRows {
  readonly size: number;
  path(row: number): string;
  /** Rows whose path stands in a row before. */
  repeats(): readonly number[];
}

/** One way to compare the paths of two sides. */
interface Comparison {
  readonly ofRow: (path: string) => string;
  readonly ofPicture: (id: string) => string;
  /** Whether paths of rows that differ still differ. */
  readonly keepsApart?: true;
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
 * @param rows of the table
 * @param ids of the pictures
 */
export function matchPaths(rows: PathRows, ids: readonly string[]): PathMatch {
  let best: PathMatch = { rows: new Int32Array(ids.length).fill(-1), found: 0 };
  for (const comparison of listComparisons(rows, ids)) {
    const match = compare(rows, ids, comparison);
    if (match.found > best.found && areApart(rows, comparison)) best = match;
    if (best.found === ids.length) break;
  }
  return best;
}

function* listComparisons(rows: PathRows, ids: readonly string[]): Generator<Comparison> {
  yield { ofRow: same, ofPicture: same, keepsApart: true };
  if (hasBackslash(rows)) yield { ofRow: withSlashes, ofPicture: same };
  for (const length of listPrefixes(rows.size, (row) => rows.path(row))) {
    yield { ofRow: (path) => path.slice(length), ofPicture: same, keepsApart: true };
  }
  for (const length of listPrefixes(ids.length, (index) => ids[index])) {
    yield { ofRow: same, ofPicture: (id) => id.slice(length), keepsApart: true };
  }
  const says = 'by file names alone, without folders';
  yield { ofRow: (path) => baseName(withSlashes(path)), ofPicture: baseName, says };
  yield { ofRow: same, ofPicture: withoutExtension, says: 'without extensions', keepsApart: true };
  yield {
    ofRow: (path) => withoutExtension(baseName(path)),
    ofPicture: (id) => withoutExtension(baseName(id)),
    says: 'by file names alone, without folders and extensions',
  };
  yield { ofRow: withoutZeros, ofPicture: withoutZeros, says: 'as numbers' };
}

/** The rows by one way of comparing; none where it makes two pictures the same, or two rows of one picture. */
function compare(rows: PathRows, ids: readonly string[], { ofRow, ofPicture, says }: Comparison): PathMatch {
  const none = { rows: new Int32Array(0), found: 0 };
  const pictureOf = new Map(ids.map((id, index) => [ofPicture(id), index]));
  const areSame = pictureOf.size < ids.length ? findSame(ids, ofPicture) : undefined;
  const found = new Int32Array(ids.length).fill(-1);
  let count = 0;
  for (let row = 0; row < rows.size; row++) {
    const key = ofRow(rows.path(row));
    const picture = pictureOf.get(key);
    if (picture === undefined) continue;
    if (found[picture] >= 0 || areSame?.has(key)) return none;
    found[picture] = row;
    count++;
  }
  return { rows: found, found: count, ...(says !== undefined && { comparedBy: says }) };
}

function findSame(ids: readonly string[], ofPicture: (id: string) => string): ReadonlySet<string> {
  const repeats = findRepeats(ids.length, (index) => ofPicture(ids[index]));
  return new Set(repeats.map((index) => ofPicture(ids[index])));
}

/** Whether all rows differ by this way of comparing, those without a picture too. */
function areApart(rows: PathRows, { ofRow, keepsApart }: Comparison): boolean {
  const repeats = keepsApart ? rows.repeats() : findRepeats(rows.size, (row) => ofRow(rows.path(row)));
  return repeats.length === 0;
}

function hasBackslash(rows: PathRows): boolean {
  for (let row = 0; row < rows.size; row++) if (rows.path(row).includes('\\')) return true;
  return false;
}

/** Lengths of the folders in front that all paths have, with their slashes, the shortest first. */
function listPrefixes(count: number, pathOf: (index: number) => string): number[] {
  if (count === 0) return [];
  const first = pathOf(0);
  let common = first.slice(0, first.lastIndexOf('/') + 1);
  for (let index = 1; index < count && common !== ''; index++) {
    const path = pathOf(index);
    while (!path.startsWith(common)) common = withoutLastFolder(common);
  }
  const lengths: number[] = [];
  for (let slash = common.indexOf('/'); slash >= 0; slash = common.indexOf('/', slash + 1)) {
    if (lengths.length === MAX_FOLDERS) break;
    lengths.push(slash + 1);
  }
  return lengths;
}

/** "a/b/" is "a/" then, and "/" is nothing. */
function withoutLastFolder(folders: string): string {
  return folders.slice(0, folders.slice(0, -1).lastIndexOf('/') + 1);
}

function withoutExtension(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
}

/** Rows of an array are called by numbers with zeros in front, which other programs leave out. */
function withoutZeros(path: string): string {
  return /^\d+$/.test(path) ? path.replace(/^0+(?=\d)/, '') : path;
}
