import { open, readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { compareCodePoints } from './listing/code-point-order.js';
import { isHiddenName, isPictureName } from './listing/picture-names.js';

/** What a file that holds pictures may be. */
export type FileKind = 'csv' | 'jsonl' | 'npy' | 'zip' | 'tar' | 'idx' | 'cifar' | 'gzip' | 'unknown';

/** A folder of pictures, or one of files that hold many each. */
export type FolderKind = { readonly kind: 'folder' } | FolderOfFiles;

export interface FolderOfFiles {
  readonly kind: 'tar' | 'cifar' | 'idx';
  /** Names of the files, in code-point order. */
  readonly names: readonly string[];
}

const HEAD_BYTES = 512;
const TAR_MAGIC_OFFSET = 257;

/** In hexadecimal. An empty zip begins with the end of its directory; IDX files hold bytes in one or three dimensions. */
const MAGIC: readonly (readonly [string, FileKind])[] = [
  ['934e554d5059', 'npy'],
  ['504b0304', 'zip'],
  ['504b0506', 'zip'],
  ['00000801', 'idx'],
  ['00000803', 'idx'],
  ['1f8b', 'gzip'],
];

/** By the ends of names, where the content has no mark of its own or is damaged. */
const EXTENSIONS: Readonly<Record<string, FileKind>> = {
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.bin': 'cifar',
  '.npy': 'npy',
  '.npz': 'zip',
  '.zip': 'zip',
  '.tar': 'tar',
};

/** How the authors of data sets name their files; packed files count where the unpacked one is absent. */
const FILES_OF_SETS: readonly (readonly [FolderOfFiles['kind'], RegExp])[] = [
  ['tar', /\.tar$/],
  ['cifar', /^(data_batch_\d+|test_batch|train|test)\.bin$/],
  ['idx', /images[-.]idx3-ubyte(\.gz)?$/],
];

/** Tells by its first bytes, else by its name, what a file is. Throws the system's error. */
export async function detectFileKind(path: string): Promise<FileKind> {
  const handle = await open(path);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    await handle.read(head, 0, HEAD_BYTES, 0);
    return kindOfContent(head) ?? kindOfName(path);
  } finally {
    await handle.close();
  }
}

function kindOfContent(head: Buffer): FileKind | undefined {
  if (head.toString('latin1', TAR_MAGIC_OFFSET, TAR_MAGIC_OFFSET + 5) === 'ustar') return 'tar';
  const start = head.toString('hex', 0, 6);
  return MAGIC.find(([magic]) => start.startsWith(magic))?.[1];
}

function kindOfName(path: string): FileKind {
  const extension = extname(path).toLowerCase();
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : 'unknown';
}

/** Tells by the names in it what a folder is: one with sub-folders or pictures holds nothing else. Throws the system's error. */
export async function detectFolderKind(path: string): Promise<FolderKind> {
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !isHiddenName(name));
  if (entries.some((entry) => entry.isDirectory() || isPictureName(entry.name))) return { kind: 'folder' };
  const names = entries.map(({ name }) => name).sort(compareCodePoints);
  for (const [kind, form] of FILES_OF_SETS) {
    const found = names.filter((name) => form.test(name));
    const once = found.filter((name) => !names.includes(name.replace(/\.gz$/, '')) || !name.endsWith('.gz'));
    if (once.length > 0) return { kind, names: once };
  }
  return { kind: 'folder' };
}
