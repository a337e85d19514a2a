import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../images/write-png.js';
import { explainStorageError } from '../storage/guard-storage.js';
import { makeFolder } from '../storage/make-folder.js';
import { readDocument, readWhole } from '../storage/read-whole.js';
import { isSystemError } from '../storage/system-error.js';

import type { LabeledBlock } from './dataset.js';
import {
  makeMarker,
  parseMarker,
  refuseOtherSplit,
  refuseTaken,
  type SplitIdentity,
  type SplitMarker,
} from './split-marker.js';
import { writeOnce } from './write-once.js';

/** A file in each split's folder. Its name begins with a dot, so that it is not taken for a sample. */
const MARKER = '.ganeval-dataset.json';
const DIGITS = 5;
const MAX_MARKER_BYTES = 2 ** 16;
/** Far above a PNG of the data sets. */
const MAX_PICTURE_BYTES = 2 ** 24;
// Enough to keep the disk busy, few enough for Ctrl-C to be prompt.
const FILES_AT_ONCE = 64;

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Called with the number of pictures written so far. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Whether `folder` already holds these pictures, unchanged since they were written (false: it is absent or
 * empty).
 *
 * @throws {ImagesError} if it holds anything else, which must not be overwritten
 */
export async function isWritten(folder: string, identity: SplitIdentity): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw explainStorageError(error, folder);
  });
  if (names.length === 0) return false;
  const shown = `The folder ${folder}`;
  if (!names.includes(MARKER)) throw refuseTaken(shown, 'is not empty and was not written by ganeval');
  const marker = await readMarker(join(folder, MARKER));
  if (marker === undefined) throw refuseTaken(shown, `has a damaged ${MARKER}`);
  refuseOtherSplit(shown, marker, identity);
  if ((await digestOfFolder(folder)) !== marker.digest) {
    throw refuseTaken(shown, 'was changed since ganeval wrote it');
  }
  return true;
}

async function readMarker(file: string): Promise<SplitMarker | undefined> {
  return parseMarker(await readDocument(file, MAX_MARKER_BYTES).catch(() => ''));
}

/**
 * Writes every row of `blocks` as `<folder>/<class name>/<row, five digits>.png`.
 *
 * @throws as `writeOnce`
 */
export async function writeClassFolders(
  folder: string,
  identity: SplitIdentity,
  blocks: AsyncIterable<LabeledBlock>,
  options: WriteOptions = {},
): Promise<void> {
  await writeOnce(
    folder,
    () => isWritten(folder, identity),
    (partial) => writePictures(partial, identity, blocks, options),
  );
}

/** The relative path of a row of a split, from 0: "airplane/00042.png". */
export function pictureId(className: string, row: number): string {
  return `${className}/${String(row).padStart(DIGITS, '0')}.png`;
}

async function writePictures(
  folder: string,
  identity: SplitIdentity,
  blocks: AsyncIterable<LabeledBlock>,
  { signal, onProgress }: WriteOptions,
): Promise<void> {
  const { dataset } = identity;
  for (const name of dataset.classNames) await makeFolder(join(folder, name));
  const { width, height, channels } = dataset;
  const size = width * height * channels;
  const digests = new Map<string, string>();
  let first = 0;
  for await (const { pixels, labels } of blocks) {
    const writeRow = async (i: number) => {
      const id = pictureId(dataset.classNames[labels[i]], first + i);
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
  const marker = makeMarker(identity, digestOf(digests));
  await writeFile(join(folder, MARKER), `${JSON.stringify(marker, null, 2)}\n`);
}

/** Like Promise.all, but no write is still running when it throws: the folder is removed then. */
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
          digests.set(`${entry.name}/${name}`, await digestOfPicture(join(path, name)));
        }),
      );
    }
  }
  return digestOf(digests);
}

/** Empty for what is no file that was written here, such as a pipe. */
async function digestOfPicture(path: string): Promise<string> {
  try {
    return sha256(await readWhole(path, MAX_PICTURE_BYTES));
  } catch (error) {
    if (isSystemError(error)) throw error;
    return '';
  }
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
