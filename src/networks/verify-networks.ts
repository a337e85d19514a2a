import { NetworkError } from '../core/errors.js';
import { listKnownNetworks } from './known-networks.js';
import { digestNetwork } from './weight-files/digest-network.js';

/** Whether a network's weights are those that its card names. */
export interface Verdict {
  readonly name: string;
  /** `embedded` if it comes with the package. */
  readonly origin: 'embedded' | 'store';
  /** Of the .onnx file. */
  readonly path: string;
  /** Whether the SHA-256 of the file is that of its card. */
  readonly sound: boolean;
  /** What is wrong and what to do, as half a sentence. */
  readonly fault?: string;
}

/**
 * Reads the weights of the embedded networks and of those in the store, and compares their SHA-256 with their cards'.
 *
 * @param name one network alone; all if it is not given
 * @param modelsDir folder of the store; the system's usual place if it is not given
 * @returns a verdict for each
 * @throws {NetworkError} if there is no network of the name
 */
export async function verifyNetworks(name?: string, modelsDir?: string): Promise<Verdict[]> {
  const known = await listKnownNetworks(modelsDir);
  const chosen = known.filter(({ card }) => name === undefined || card.name === name);
  if (chosen.length === 0) {
    const names = known.map(({ card }) => card.name).join(', ');
    throw new NetworkError(`${name} is neither embedded nor in the store (${names}): check the name.`);
  }
  return Promise.all(
    chosen.map(async ({ card, origin, path }) => {
      const digest = await digestNetwork({ path, card });
      const fault = faultOf(digest, card.sha256, origin);
      return { name: card.name, origin, path, sound: !fault, ...(fault && { fault }) };
    }),
  );
}

function faultOf(digest: string | undefined, expected: string | undefined, origin: 'embedded' | 'store') {
  if (digest !== undefined && digest === expected) return undefined;
  const remedy = origin === 'embedded' ? 'install the package again' : 'pull or import it again';
  if (digest === undefined) return `a file of it is gone, cut short or damaged: ${remedy}`;
  if (expected === undefined) return `its card names no SHA-256 (the file's is ${digest}): ${remedy}`;
  return `its SHA-256 is ${digest}, its card says ${expected}: ${remedy}`;
}
