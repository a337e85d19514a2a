import { createHash } from 'node:crypto';
import { NetworkError } from '../../core/errors.js';
import { parseModel } from '../../onnx/model-file.js';
import { digestIfThere, ignoreAbsent } from '../../storage/digest-file.js';
import { readWhole } from '../../storage/read-whole.js';
import type { NetworkCard } from '../cards/card.js';
import { digestOfBoth, MAX_MODEL_BYTES, takeExternalWeights } from './external-weights.js';

/**
 * The digest that the card of a network should have; undefined if a file of it is gone or can't be understood.
 *
 * @param network of the store, or one that comes with the package
 */
export async function digestNetwork(
  { path, card }: { readonly path: string; readonly card: NetworkCard },
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (card.weights === undefined) return digestIfThere(path, signal);
  const bytes = await readWhole(path, MAX_MODEL_BYTES).catch(ignoreAbsent);
  if (!bytes) return undefined;
  try {
    const external = await takeExternalWeights(path, parseModel(bytes, path), MAX_MODEL_BYTES);
    signal?.throwIfAborted();
    return digestOfBoth(createHash('sha256').update(bytes).digest('hex'), external?.sha256 ?? '');
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return undefined;
  }
}
