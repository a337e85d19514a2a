import { access, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../storage/open-folder.js';
import { readDocument } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';

/**
 * The two files of a network, and those that are to take their places. Large weights are in a third, whose name has a digest of its content: it
 * never takes the place of another, the .onnx file and the card name it, and without them it is nobody's.
 */
interface StoredPaths {
  readonly onnx: string;
  readonly card: string;
  readonly nextOnnx: string;
  /** Once it is there, the next files are whole, and they are the network. */
  readonly nextCard: string;
}

const NEXT_CARD = /^\.(.+)\.next\.json$/;
const UNSETTLED = /^\.(.+)\.(?:next\.json|next\.onnx|lock)$/;

const WEIGHTS = /^(.+)\.[0-9a-f]{16}\.weights$/;

/** The name of the file with the weights of this digest. */
export function nameOfWeights(name: string, sha256: string): string {
  return `${name}.${sha256.slice(0, 16)}.weights`;
}

function pathsOf(folder: string, name: string): StoredPaths {
  const at = (file: string) => join(folder, file);
  return {
    onnx: at(`${name}.onnx`),
    card: at(`${name}.json`),
    nextOnnx: at(`.${name}.next.onnx`),
    nextCard: at(`.${name}.next.json`),
  };
}

/**
 * Puts the files of a network in the place of the old ones. Both new files are whole before an old one is touched; the name of the
 * second decides, so that a process that is killed leaves the old network or the new one, never parts of both. A file of weights that the
 * new ones name is there already; that of the old ones goes last. One process at a time may replace the same.
 *
 * @param requireLock throws if another process may replace it now; asked before each of the new files gets its name
 * @throws what `requireLock` throws; the files of the other process are then left alone
 */
export async function replaceFiles(
  folder: string,
  name: string,
  content: { readonly onnx: Uint8Array; readonly card: string },
  requireLock: () => Promise<void> = async () => {},
): Promise<string> {
  const paths = pathsOf(folder, name);
  const guard = { beforeReplace: requireLock };
  await requireLock();
  await finish(paths);
  try {
    await writeWhole(paths.nextOnnx, content.onnx, guard);
    await writeWhole(paths.nextCard, content.card, guard);
  } catch (error) {
    await requireLock();
    // The one that decides goes first: it may have got its name before the disk failed.
    for (const path of [paths.nextCard, paths.nextOnnx]) await rm(path, { force: true });
    await sweepWeights(folder, name);
    throw error;
  }
  await finish(paths);
  await sweepWeights(folder, name);
  return paths.onnx;
}

/**
 * Removes the files of weights that a network left when it was replaced, or that were made for it in vain. What a failing disk keeps goes
 * the next time.
 */
export function sweepWeights(folder: string, name: string): Promise<void> {
  return removeUnnamed(folder, name).catch(() => undefined);
}

async function removeUnnamed(folder: string, name: string): Promise<void> {
  const files = (await readdir(folder)).filter((file) => WEIGHTS.exec(file)?.[1] === name);
  if (files.length === 0) return;
  const { card } = await findFiles(folder, name);
  const text = (await isThere(card)) ? await readDocument(card) : '';
  for (const file of files) {
    if (!text.includes(JSON.stringify(file))) await rm(join(folder, file), { force: true });
  }
}

/** Removes the files of a network, the card first: without it the network is out of sight. */
export async function removeFiles(folder: string, name: string): Promise<void> {
  const { onnx, card, nextOnnx, nextCard } = pathsOf(folder, name);
  for (const path of [card, nextCard, onnx, nextOnnx]) await rm(path, { force: true });
  await removeUnnamed(folder, name);
}

/** The files of a network as they count now, also where a process was killed as it replaced them. */
export async function findFiles(
  folder: string,
  name: string,
): Promise<{ readonly onnx: string; readonly card: string }> {
  const { onnx, card, nextOnnx, nextCard } = pathsOf(folder, name);
  if (!(await isThere(nextCard))) return { onnx, card };
  return { onnx: (await isThere(nextOnnx)) ? nextOnnx : onnx, card: nextCard };
}

/** The name of the network whose replacement this file has decided; undefined for any other file. */
export function nameOfNext(file: string): string | undefined {
  return NEXT_CARD.exec(file)?.[1];
}

/** Names of the networks that are locked, or whose replacement was begun and not brought to its end. */
export async function namesOfUnsettled(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).flatMap((file) => UNSETTLED.exec(file)?.[1] ?? []);
  return [...new Set(names)];
}

/** Brings to its end what a process left that was killed: a decided replacement is done, one that is not is forgotten. */
export async function settleFiles(folder: string, name: string): Promise<void> {
  const paths = pathsOf(folder, name);
  await finish(paths);
  await rm(paths.nextOnnx, { force: true });
  await sweepWeights(folder, name);
}

/** Brings a decided replacement to its end. */
async function finish({ onnx, card, nextOnnx, nextCard }: StoredPaths): Promise<void> {
  if (!(await isThere(nextCard))) return;
  if (await isThere(nextOnnx)) await rename(nextOnnx, onnx);
  await rename(nextCard, card);
  await syncFolder(dirname(card));
}

/** A disk that fails doesn't say that a file is absent: its card would be paired with another file. */
async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
