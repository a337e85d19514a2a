import { nameNumberedClasses } from '../../networks/cards/class-map.js';
import { listNetworks } from '../../networks/known-networks.js';
import type { ResolvedOptions } from '../options.js';

/**
 * The names of classes that are numbers, as option `classes` has them.
 *
 * @returns names by number; undefined where the option names none
 * @throws {NetworkError} if it is no network with names of classes, and no list of names
 */
export async function namesOfNumbers({
  classes,
  modelsDir,
}: Pick<ResolvedOptions, 'classes' | 'modelsDir'>): Promise<ReadonlyMap<string, string> | undefined> {
  if (classes === undefined) return undefined;
  return nameNumberedClasses(classes, await listNetworks(modelsDir)).targets;
}
