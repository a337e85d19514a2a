import { STYLEGAN_LABELS } from '../labels/stylegan-labels.js';
import { areSplits, chooseSplits, splitOfName } from './splits.js';

/** The files of a folder or archive, as relative paths with forward slashes. */
export interface FileTree {
  /** Subject of sentences about it. */
  readonly shown: string;
  readonly pictures: readonly string[];
  /** Files of other kinds. */
  readonly others: readonly string[];
  /** Whether a folder that holds all the rest is passed over, since it is what was packed. */
  readonly isArchive: boolean;
}

/** Where the pictures of a set lie in a folder or archive. */
export interface LocatedSet {
  /** The folder that holds the set, with a slash at its end, or ''. */
  readonly root: string;
  /** Folders in it that are splits taken together, with a slash at their ends; none where the set is not divided. */
  readonly splits: readonly string[];
  /** As `ChosenSplits` has it. */
  readonly split?: string;
}

/**
 * Finds the set in a folder or archive: behind the folder that was packed, and in the split that was asked for.
 *
 * @throws {ImagesError} for several splits of which none was asked for, or a split that is not there
 */
export function locateSet(tree: FileTree, asked: string | undefined): LocatedSet {
  const own = findSplits(tree.pictures);
  if (own) return takeSplits(tree.shown, '', own, asked);
  const packed = findOnlyFolder(tree);
  const inner = packed && findSplits(tree.pictures.map((path) => path.slice(packed.length)));
  if (packed && inner) return takeSplits(tree.shown, packed, inner, asked);
  return { root: packed && isPacked(tree, packed) ? packed : '', splits: [] };
}

/** The path of a picture as its split alone would have it, where splits are taken together. */
export function pathInSplit(path: string, splits: readonly string[]): string {
  const split = splits.find((folder) => path.startsWith(folder));
  return split === undefined ? path : path.slice(split.length);
}

function takeSplits(
  shown: string,
  base: string,
  present: ReadonlyMap<string, number>,
  asked: string | undefined,
): LocatedSet {
  const { names, split } = chooseSplits(shown, { counts: present }, asked);
  if (names.length === 1) return { root: `${base}${names[0]}/`, splits: [], split };
  return { root: base, splits: names.map((name) => `${name}/`), split };
}

/** How many pictures each folder at the top holds, if these are splits and no classes (see `areSplits`). */
function findSplits(pictures: readonly string[]): ReadonlyMap<string, number> | undefined {
  const counts = new Map<string, number>();
  for (const path of pictures) {
    const slash = path.indexOf('/');
    if (slash < 0) return undefined;
    const name = path.slice(0, slash);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return areSplits([...counts.keys()].map(splitOfName)) ? counts : undefined;
}

/** The folder at the top, with a slash, that holds every file; undefined where there is more. */
function findOnlyFolder({ pictures, others }: FileTree): string | undefined {
  const [first = ''] = pictures;
  const folder = first.slice(0, first.indexOf('/') + 1);
  const isOnly = [...pictures, ...others].every((path) => path.startsWith(folder));
  return folder !== '' && isOnly ? folder : undefined;
}

/** Whether the only folder is no class: a file of labels lies in it, or, in an archive, every picture in a folder of it. */
function isPacked({ pictures, others, isArchive }: FileTree, folder: string): boolean {
  if (others.some((path) => path === folder + STYLEGAN_LABELS)) return true;
  return isArchive && pictures.every((path) => path.includes('/', folder.length));
}
