import { NetworkError } from '../../core/errors.js';
import { readDocument, whyUnread } from '../../storage/read-whole.js';
import { type NetworkCard, parseCard } from './card.js';

/**
 * Reads the file of a card.
 *
 * @throws {NetworkError} naming the file, if it cannot be read or is no card; the system's error if there is none
 */
export async function readCard(path: string): Promise<NetworkCard> {
  const text = await readDocument(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw error;
    throw new NetworkError(`${path} cannot be read (${whyUnread(error)}): check the file.`);
  });
  return parseCard(text, path);
}
