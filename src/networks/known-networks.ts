import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NetworkCard } from './cards/card.js';
import { readCard } from './cards/read-card.js';
import { listStored, type StoredNetwork } from './store/store.js';

/** The package's own networks; the path is the same from src/ and from dist/. */
const EMBEDDED = fileURLToPath(new URL('../../models/', import.meta.url));

/** A network that can be named: it comes with the package, or it is in the store. */
export interface KnownNetwork extends StoredNetwork {
  /** `embedded` if it comes with the package. */
  readonly origin: 'embedded' | 'store';
}

/**
 * The networks that come with the package, by name, then those of the store.
 *
 * @param modelsDir folder of the store; the system's usual place if it is not given
 * @returns their cards, paths and sizes
 * @throws {NetworkError} for a damaged card
 */
export async function listKnownNetworks(modelsDir?: string): Promise<KnownNetwork[]> {
  const embedded = await listEmbedded();
  const taken = new Set(embedded.map(({ card }) => card.name));
  const stored = (await listStored(modelsDir)).filter(({ card }) => !taken.has(card.name));
  return [...embedded, ...stored.map((network) => ({ ...network, origin: 'store' as const }))];
}

/** The networks that come with the package. */
export async function listEmbedded(): Promise<KnownNetwork[]> {
  const files = await readdir(EMBEDDED);
  const names = files.filter((file) => extname(file) === '.onnx').map((file) => basename(file, '.onnx'));
  return Promise.all(
    names.sort().map(async (name) => {
      const path = join(EMBEDDED, `${name}.onnx`);
      const { size } = await stat(path);
      return {
        origin: 'embedded' as const,
        card: await readCard(join(EMBEDDED, `${name}.json`)),
        path,
        bytes: size,
      };
    }),
  );
}

/**
 * Cards of the networks that come with the package and of those in the store.
 *
 * @param modelsDir folder of the store; the system's usual place if it is not given
 * @returns the cards
 * @throws {NetworkError} for a damaged card
 */
export async function listNetworks(modelsDir?: string): Promise<NetworkCard[]> {
  return (await listKnownNetworks(modelsDir)).map(({ card }) => card);
}
