import { lstat, opendir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPictureName } from '../../images/naming/picture-names.js';

/** A name in the watched folder. */
export interface ListedName {
  readonly name: string;
  readonly isFolder: boolean;
}

/** How something looks: while two looks are equal, nothing has written to it. */
export interface Look {
  /** Sizes, times and counts. Times are only compared with each other: a disk of the network has a clock of its own. */
  readonly mark: string;
  /** Whether there is something in it that could be pictures. */
  readonly holdsPictures: boolean;
}

/** A folder in which a training drops its sets. */
export interface WatchedFolder {
  /** Everything directly in it, in any order. @throws the system's error */
  list(): Promise<readonly ListedName[]>;
  /** How one of its names looks; undefined if it is gone. @throws the system's error */
  look(name: string): Promise<Look | undefined>;
}

/** A picture, or a file that holds some. */
const HOLDS_PICTURES = /\.(npz|npy|zip|tar|tgz|gz|parquet|arrow|csv|jsonl|bin)$/i;
/** Deeper than sets are. */
const MAX_DEPTH = 8;
const GONE = ['ENOENT', 'ENOTDIR'];
/** Files whose facts are asked for at the same time. */
const AT_ONCE = 32;

/** The folder at a path of the disk. */
export function folderAt(path: string): WatchedFolder {
  return {
    async list() {
      const entries = await readdir(path, { withFileTypes: true });
      return Promise.all(
        entries.map(async (entry) => ({
          name: entry.name,
          isFolder: entry.isSymbolicLink() ? await isFolder(join(path, entry.name)) : entry.isDirectory(),
        })),
      );
    },
    look: (name) => lookAt(join(path, name)),
  };
}

/** How a file or folder looks, with everything in it; undefined if it is gone, in whole or in part. */
export async function lookAt(path: string): Promise<Look | undefined> {
  try {
    const facts = await stat(path, { bigint: true });
    if (!facts.isDirectory()) return { mark: `${facts.size}:${facts.mtimeNs}`, holdsPictures: true };
    const sums = { count: 0, bytes: 0n, times: facts.mtimeNs, holdsPictures: false };
    await addFolder(path, sums, 0);
    return { mark: `${sums.count}:${sums.bytes}:${sums.times}`, holdsPictures: sums.holdsPictures };
  } catch (error) {
    if (GONE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

interface Sums {
  count: number;
  bytes: bigint;
  times: bigint;
  holdsPictures: boolean;
}

/** Adds what is in a folder, in any order: names are never held all at once. */
async function addFolder(path: string, sums: Sums, depth: number): Promise<void> {
  const folders: string[] = [];
  let files: string[] = [];
  const addFiles = async () => {
    await Promise.all(files.map((file) => addFile(file, sums)));
    files = [];
  };
  for await (const entry of await opendir(path)) {
    const inside = join(path, entry.name);
    sums.count++;
    if (entry.isDirectory()) folders.push(inside);
    sums.holdsPictures ||= isPictureName(entry.name) || HOLDS_PICTURES.test(entry.name);
    if (files.push(inside) === AT_ONCE) await addFiles();
  }
  await addFiles();
  if (depth < MAX_DEPTH) for (const folder of folders) await addFolder(folder, sums, depth + 1);
}

/** A file that is gone, or whose name is not UTF-8 and so can't be asked after, counts as a name alone. */
async function addFile(file: string, sums: Sums): Promise<void> {
  try {
    // A link that leads nowhere is part of the set, too: it is told of when the set is read.
    const facts = stat(file, { bigint: true }).catch(() => lstat(file, { bigint: true }));
    const { size, mtimeNs } = await facts;
    sums.bytes += size;
    sums.times += mtimeNs;
  } catch (error) {
    if (!GONE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
