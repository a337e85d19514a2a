import { NetworkError } from '../../core/errors.js';
import { describeJsonFault, parseJson } from '../../core/parse-json.js';
import { readDocument, whyUnread } from '../../storage/read-whole.js';

/** Far above any configuration of a network, class names included. */
const MAX_BYTES = 2 ** 23;

/**
 * Reads a configuration file.
 *
 * @returns what it says; undefined if there is no such file
 * @throws {NetworkError} if it can't be read or is no JSON
 */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readDocument(file, MAX_BYTES);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new NetworkError(`${file} cannot be read (${whyUnread(error)}): check the file.`);
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new NetworkError(`${file} ${describeJsonFault(error)}: correct it.`);
  }
}
