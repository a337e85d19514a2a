import { appendFile, stat } from 'node:fs/promises';
import { codeOf } from '../../core/error-code.js';
import { StorageError } from '../../core/errors.js';

/** GitHub shows nothing at all of a summary that is larger. */
const MAX_BYTES = 2 ** 20;

/**
 * Adds Markdown to the summary of a step of GitHub Actions.
 *
 * @param path as `GITHUB_STEP_SUMMARY` names it
 * @throws {StorageError} if it can't be written, or would be larger than GitHub takes
 */
export async function appendSummary(path: string, markdown: string): Promise<void> {
  const text = Buffer.from(`${markdown}\n`);
  try {
    const before = await stat(path).catch(() => undefined);
    if ((before?.size ?? 0) + text.length <= MAX_BYTES) return await appendFile(path, text);
  } catch (error) {
    throw new StorageError(`The summary ${path} cannot be written (${codeOf(error)}).`, { cause: error });
  }
  throw new StorageError(`The summary ${path} has no room for more: GitHub shows none above 1 MiB.`);
}
