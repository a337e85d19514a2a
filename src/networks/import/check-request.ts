import { NetworkError, UsageError } from '../../core/errors.js';
import { readCatalogue } from '../catalogue.js';
import { listEmbedded } from '../known-networks.js';
import type { NetworkOptions } from '../network-options.js';
import { checkName, storedNames } from '../store/store.js';

/** What is asked of networks in .onnx files alone; an architecture says it of its weights. */
export function refuseFeeding(file: string, network: NetworkOptions = {}): void {
  const asked = Object.entries(network).find(([, value]) => value !== undefined)?.[0];
  if (asked === undefined) return;
  const flag = `--${asked.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError(
    `${file} has weights of an architecture that says how pictures are fed, and ${flag} is for .onnx files: leave ${flag} out.`,
  );
}

/** A folder's name is chance: it must not put its network in another's place. */
export async function checkDerived(
  name: string,
  folder: string,
  modelsDir: string | undefined,
): Promise<void> {
  const catalogued = (await readCatalogue()).some((entry) => entry.name === name);
  const isTaken = catalogued || (await storedNames(modelsDir)).includes(name);
  if (!isTaken) return;
  const whose = catalogued ? 'a network of the catalogue has' : 'a network in the store has';
  throw new NetworkError(
    `${folder} would be called ${name}, as ${whose} it: say what it is called with --name.`,
  );
}

/** An embedded network would hide one of its name. */
export async function checkFree(name: string): Promise<void> {
  checkName(name);
  const embedded = await listEmbedded();
  if (name === 'auto' || embedded.some(({ card }) => card.name === name)) {
    throw new NetworkError(`${name} is taken by ganeval itself: choose another --name.`);
  }
}
