import { lstat, opendir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagesError } from '../../core/errors.js';
import { shellQuote } from '../../escape/shell-quote.js';
import { isPictureName } from '../../images/naming/picture-names.js';

/** Names in the folder of a training run. */
const RUN = ['checkpoint.safetensors', 'log.jsonl'];
/** Names in the folder of a plan of runs. */
const PLAN = ['plan.json', 'train-groups.sbatch'];
/** Names in the folder of a part of a score. */
const PART = ['part.json', 'features'];
const HEX_PAIR = /^[0-9a-f]{2}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Refuses a path that is something else of ganeval than pictures, and names the command that was probably meant.
 *
 * @param role what the path was given as
 * @param path what was given; whoever opens it says what else may be wrong with it
 * @throws {ImagesError} for a reference that is not there; the folder of a training run, of a part of a score, or of features; and a
 *   result
 */
export async function refuseOtherThings(
  role: 'samples' | 'reference' | 'validation',
  path: string,
): Promise<void> {
  const shown = JSON.stringify(path);
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (stats instanceof Error) {
    if (role === 'samples' || stats.code !== 'ENOENT') return;
    const what = role === 'reference' ? 'The reference' : 'The validation set';
    throw new ImagesError(`${what} ${shown} does not exist: check --${role}.`);
  }
  const explanation = stats.isDirectory() ? await explainFolder(path) : explainFile(path);
  if (explanation !== undefined) throw new ImagesError(`${shown} ${explanation}.`);
}

function explainFile(path: string): string | undefined {
  if (!path.toLowerCase().endsWith('.json')) return undefined;
  const word = shellQuote(path);
  return `is a JSON document and no pictures: "ganeval compare ${word} OTHER.json" and "ganeval gate ${word} --baseline BASELINE.json" read results`;
}

async function explainFolder(path: string): Promise<string | undefined> {
  const word = shellQuote(path);
  if (await isRunFolder(path)) {
    return `is the folder of a training run: draw pictures with "ganeval sample ${word} -n 1000 -o samples/" and give those`;
  }
  if (await holdsAll(path, PART)) {
    return `is a part of a score, made with --shard: join it with the others by "ganeval merge ${word} OTHER_PARTS"`;
  }
  for (const folder of [path, join(path, 'features')]) {
    if (await holdsShards(folder)) return 'holds features that a score kept, not pictures: give the pictures';
  }
  return undefined;
}

/** Class folders may have such names, too, but not what is in them. */
async function holdsShards(path: string): Promise<boolean> {
  const first = await findPair(path);
  return first !== undefined && (await listNames(join(path, first))).some((name) => DIGEST.test(name));
}

/** Whether a path is the folder of a training run, or of a plan of such runs. */
export async function isRunFolder(path: string): Promise<boolean> {
  return (await holdsAll(path, RUN)) || holdsAll(path, PLAN);
}

/** Asks for each name: the list of a large folder takes long. */
async function holdsAll(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    const isThere = await lstat(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (!isThere) return false;
  }
  return true;
}

/** A name of two hexadecimal digits; none where there is a picture, and then no more of a large folder is read. */
async function findPair(path: string): Promise<string | undefined> {
  let pair: string | undefined;
  try {
    for await (const { name } of await opendir(path)) {
      if (isPictureName(name)) return undefined;
      if (HEX_PAIR.test(name)) pair ??= name;
    }
  } catch {
    // No folder, or none that may be read: whoever opens it says so.
  }
  return pair;
}

async function listNames(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
