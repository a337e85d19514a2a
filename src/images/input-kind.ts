import { open } from 'node:fs/promises';

/** What a file that holds pictures may be. */
export type FileKind = 'csv' | 'jsonl' | 'npy' | 'zip' | 'tar' | 'idx' | 'cifar' | 'gzip' | 'unknown';

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
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  bin: 'cifar',
  npy: 'npy',
  npz: 'zip',
  zip: 'zip',
  tar: 'tar',
};

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
  const extension = /\.([a-z]+)$/.exec(path.toLowerCase())?.[1] ?? '';
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : 'unknown';
}
