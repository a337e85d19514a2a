import { NetworkError } from '../core/errors.js';
import { readCatalogue } from '../networks/catalogue.js';
import type { KnownNetwork } from '../networks/known-networks.js';
import type { UsedNetwork } from './used-network.js';

/**
 * Why a network of a baseline can't be used, with what brings it.
 *
 * @param namesake a network of its name that is here
 * @param version of the program that made the baseline
 */
export async function otherNetworkError(
  { name, sha256 }: UsedNetwork,
  flag: string,
  namesake: KnownNetwork | undefined,
  version: string | undefined,
): Promise<NetworkError> {
  const wanted = `the network ${name} with the SHA-256 ${sha256.slice(0, 12)}…`;
  const pullable = (await readCatalogue()).some((entry) => entry.name === name);
  if (!namesake && pullable) {
    return new NetworkError(
      `The baseline was made with ${wanted}, which is not in the store: fetch it with "ganeval models pull ${name}".`,
    );
  }
  if (!namesake) {
    return new NetworkError(
      `The baseline was made with ${wanted}, which is not here: name its file with ${flag} FILE.onnx.`,
    );
  }
  const others = namesake.card.sha256 ? ` has ${namesake.card.sha256.slice(0, 12)}…` : ' is another';
  const origin =
    namesake.origin === 'embedded'
      ? `use ganeval ${version ?? 'of the baseline'}, which it comes with, name its file with ${flag} FILE.onnx,`
      : `fetch it again with "ganeval models pull ${name}", name its file with ${flag} FILE.onnx,`;
  return new NetworkError(
    `The baseline was made with ${wanted}, and the one here${others}: ${origin} or make a new baseline with --update.`,
  );
}
