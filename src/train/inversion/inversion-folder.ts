import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { isTemporaryName } from '../../storage/leftovers.js';
import { makeFolder } from '../../storage/make-folder.js';
import { withTrainingLock } from '../loop/training-lock.js';

/** Files of an inversion. */
export interface InversionPaths {
  readonly folder: string;
  /** The inference network: its weights, and where its training stands. */
  readonly network: string;
  /** JSON lines of its losses. */
  readonly log: string;
  /** The measured errors. */
  readonly result: string;
}

const NETWORK = 'inference.safetensors';
const LOG = 'log.jsonl';
const RESULT = 'inversion.json';
const LOCK = '.lock';
const OWN_NAME = /^(?:reconstructions|latents)(?:-training)?\.(?:png|npz)$/;

export function pathsOf(folder: string): InversionPaths {
  return {
    folder,
    network: join(folder, NETWORK),
    log: join(folder, LOG),
    result: join(folder, RESULT),
  };
}

/** Of a set of pictures: `reconstructions.png` and `latents.npz`, with the set's role in their names where it is not the first. */
export function setPaths({ folder }: InversionPaths, role: 'pictures' | 'training') {
  const end = role === 'training' ? '-training' : '';
  return {
    grid: join(folder, `reconstructions${end}.png`),
    latents: join(folder, `latents${end}.npz`),
  };
}

/**
 * Runs `work` with the folder of an inversion, while no other process writes to it. Makes the folder if it is not there.
 *
 * @param resume whether an inference network that is there is taken
 * @throws {UsageError} for a folder that holds other files, a network that is not resumed, or another process's work
 * @throws {StorageError} if it cannot be made
 */
export async function withInversionFolder<T>(
  folder: string,
  resume: boolean,
  work: (paths: InversionPaths, requirePlace: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const paths = pathsOf(folder);
  const names = await guardStorage(folder, async () => {
    await makeFolder(folder);
    return readdir(folder);
  });
  const isOwn = (name: string) =>
    [NETWORK, LOG, RESULT, LOCK].includes(name) || OWN_NAME.test(name) || isTemporaryName(name);
  const other = names.find((name) => !isOwn(name));
  if (other !== undefined) {
    throw new UsageError(
      `The folder ${folder} holds ${JSON.stringify(other)}, which is of no inversion: name a new folder with -o.`,
    );
  }
  if (names.includes(NETWORK) && !resume) {
    throw new UsageError(
      `There is an inference network, ${paths.network}: take it with --resume, or name a new folder with -o.`,
    );
  }
  const place = { where: `in ${folder}`, instead: 'another folder with -o', checkpoint: paths.network };
  return withTrainingLock(join(folder, LOCK), place, (requirePlace) => work(paths, requirePlace));
}
