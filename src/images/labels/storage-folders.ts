/** What numbered folders are: classes, only a way to store many files, or either. */
export type FolderUse = 'classes' | 'storage' | 'unclear';

/** Words before a number that no class has. */
const STORAGE_WORD = /^(?:shard|chunk|part|batch)[-_ ]?\d+$/i;

const NUMBER = /^\d+$/;
/** Longer ones are no numbers of files, and not exact. */
const MAX_DIGITS = 15;
/** From so many folders on, equal counts in all but the last are no chance. */
const MIN_EQUAL_FOLDERS = 3;
/** Programs put 1000 or so files into a folder. */
const STORAGE_UNIT = 100;

interface NumberedFolder {
  readonly name: string;
  readonly number: number;
  readonly count: number;
  /** Numbers of its files: the smallest and the largest; NaN where a file has none. */
  readonly first: number;
  readonly last: number;
}

/**
 * Decides what folders are from their names and their files' names. Folders are storage
 *
 * 1. if all are called shard, chunk, part or batch with a number;
 * 2. if their names are numbers with more zeros in front than they need, and a number of files for each folder explains which file is in
 *    which (StyleGAN's `00000/img00000000.png`, img2dataset's `00001/000010000.jpg`);
 * 3. if each is called by the number that its first file may have (FFHQ's and EDM's `01000/01000.png` to `01000/01999.png`);
 * 4. if the files are numbered from folder to folder without a gap, and all folders hold equally many but the last, which holds fewer;
 * 5. if their names have more zeros than they need, and at least three hold equally many but the last, which holds fewer, and no file of one
 *    is called as a file of another.
 *
 * Folders 0 to 9 whose files start from 0 again, or are numbered in the order of a data set, are classes. Where the files are numbered
 * from folder to folder and all folders hold 100 files, or a multiple of it, it is unclear: a sampler of classes may have written them.
 *
 * @param paths relative paths of the pictures
 */
export function judgeFolders(paths: readonly string[]): FolderUse {
  const names = new Set(paths.map((path) => path.slice(0, Math.max(0, path.indexOf('/')))));
  const all = [...names];
  if (all.every((name) => STORAGE_WORD.test(name))) return 'storage';
  const arePlain = paths.every((path) => !path.includes('/', path.indexOf('/') + 1));
  if (!arePlain || !all.every((name) => NUMBER.test(name) && name.length <= MAX_DIGITS)) return 'classes';
  const folders = describeFolders(paths);
  const areOverpadded =
    all.every((name) => name.length === all[0].length && name.startsWith('0')) && all[0].length > 1;
  const runsOn = folders.every(({ first }, i) => i === 0 || folders[i - 1].last < first);
  const hasShorterLast = isLastShorter(folders);
  if (runsOn && folders.every(({ first }) => !Number.isNaN(first))) {
    if ((areOverpadded && haveUnit(folders)) || countsFiles(folders)) return 'storage';
    if (hasNoGap(folders)) {
      if (hasShorterLast) return 'storage';
      return areFull(folders) ? 'unclear' : 'classes';
    }
  }
  const isFilled = areOverpadded && hasShorterLast && folders.length >= MIN_EQUAL_FOLDERS;
  return isFilled && areNamedApart(paths) ? 'storage' : 'classes';
}

/** Whether no file is called as one in another folder: classes that are numbered one by one have a first file each. */
function areNamedApart(paths: readonly string[]): boolean {
  return new Set(paths.map((path) => path.slice(path.indexOf('/') + 1))).size === paths.length;
}

/** In order of their numbers. */
function describeFolders(paths: readonly string[]): NumberedFolder[] {
  const folders = new Map<string, NumberedFolder>();
  for (const path of paths) {
    const slash = path.indexOf('/');
    const name = path.slice(0, slash);
    const stem = path.slice(slash + 1, path.lastIndexOf('.'));
    const number = lastNumber(stem);
    const { count, first, last } = folders.get(name) ?? { count: 0, first: number, last: number };
    folders.set(name, {
      name,
      number: Number(name),
      count: count + 1,
      first: Math.min(first, number),
      last: Math.max(last, number),
    });
  }
  return [...folders.values()].sort((a, b) => a.number - b.number);
}

/** The last number of a file's name (of `img00001234`, `seed0012`, `000010000`); NaN without one. */
function lastNumber(stem: string): number {
  const isDigit = (at: number) => stem[at] >= '0' && stem[at] <= '9';
  let end = stem.length;
  while (end > 0 && !isDigit(end - 1)) end--;
  let start = end;
  while (start > 0 && isDigit(start - 1)) start--;
  return end > start && end - start <= MAX_DIGITS ? Number(stem.slice(start, end)) : Number.NaN;
}

/** Whether all folders hold equally many but the last, which holds fewer. */
function isLastShorter(folders: readonly NumberedFolder[]): boolean {
  const full = folders.slice(0, -1);
  return (
    full.length > 0 &&
    full.every(({ count }) => count === full[0].count) &&
    folders[folders.length - 1].count < full[0].count
  );
}

/** Whether all folders hold as many, and so many that they may be a unit of storage. */
function areFull(folders: readonly NumberedFolder[]): boolean {
  const [{ count: full }] = folders;
  return folders.length > 1 && full % STORAGE_UNIT === 0 && folders.every(({ count }) => count === full);
}

/** Whether the files are numbered from the first to the last without a gap. */
function hasNoGap(folders: readonly NumberedFolder[]): boolean {
  return folders.every(
    ({ first, last, count }, i) =>
      last - first + 1 === count && (i === 0 || first === folders[i - 1].last + 1),
  );
}

/**
 * Whether there is a number of files for each folder by which the number of every file gives its folder: `floor(file / unit)`, with both
 * counted from 0, or else from the first folder and file on.
 */
function haveUnit(folders: readonly NumberedFolder[]): boolean {
  const [{ number, first }] = folders;
  return isUnitPossible(folders, 0, 0) || isUnitPossible(folders, number, first);
}

function isUnitPossible(folders: readonly NumberedFolder[], firstFolder: number, firstFile: number): boolean {
  let least = 1;
  let most = Number.POSITIVE_INFINITY;
  for (const { number, first, last } of folders) {
    const place = number - firstFolder;
    least = Math.max(least, Math.floor((last - firstFile) / (place + 1)) + 1);
    if (place > 0) most = Math.min(most, Math.floor((first - firstFile) / place));
  }
  return least <= most;
}

/** Whether folders are called by a count of files, in steps of ten at least: 0, 1000, 2000. */
function countsFiles(folders: readonly NumberedFolder[]): boolean {
  return (
    folders.length > 1 &&
    folders.every(
      ({ number, first, last }, i) =>
        number % 10 === 0 && number <= first && (i + 1 === folders.length || last < folders[i + 1].number),
    )
  );
}
