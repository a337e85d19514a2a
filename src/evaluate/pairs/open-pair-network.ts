import { ImagesError } from '../../core/errors.js';
import { readsLpips } from '../../metrics/facts.js';
import type { Metric } from '../../metrics/metric.js';
import { type Network, openNetwork } from '../../networks/network.js';
import { explainPairSize, LPIPS_NETWORK } from '../../networks/pairs/open-lpips.js';
import type { PictureSet } from '../picture-set.js';

/**
 * The network of LPIPS, where a metric reads it and pictures have the classes within which pairs are drawn.
 *
 * @throws {NetworkError} if it is not in the store
 * @throws {ImagesError} naming a picture whose LPIPS can't be had, before any work is done
 */
export async function openPairNetwork(
  { modelsDir }: { readonly modelsDir?: string },
  metrics: readonly Metric[],
  sets: readonly PictureSet[],
): Promise<Network | undefined> {
  const labeled = sets.filter(({ source }) => source.classNames);
  if (!metrics.some(readsLpips) || labeled.length === 0) return undefined;
  const network = await openNetwork(LPIPS_NETWORK, { purpose: 'pairs' }, modelsDir);
  for (const set of labeled) requirePairSizes(set);
  return network;
}

function requirePairSizes({ source, inspections }: PictureSet): void {
  for (let index = 0; index < inspections.length; index++) {
    const [height, width] = [inspections.height(index), inspections.width(index)];
    const obstacle = width > 0 ? explainPairSize(height, width) : undefined;
    if (obstacle === undefined) continue;
    const name = JSON.stringify(source.entries[index].id);
    throw new ImagesError(
      `The picture ${name} of ${source.name} is no pair's: ${obstacle.replace(/: .*$/, '')}; leave lpips out of --metrics, or give other pictures.`,
    );
  }
}
