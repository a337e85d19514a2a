import { z } from 'zod';
import { codeOf } from '../../core/error-code.js';
import { StorageError } from '../../core/errors.js';
import { parseJson } from '../../core/parse-json.js';
import { readWhole, whyUnread } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';

const MAX_BYTES = 2 ** 16;

const progress = z.object({
  schema: z.literal('ganeval/mlflow@1'),
  url: z.string(),
  /** By which the run is found again where its id was not written down any more. */
  watch: z.string(),
  runId: z.string().optional(),
  /** How many lines of watch.jsonl the server has. */
  sent: z.int().nonnegative(),
});

/** How far the lines of a watch were sent, and where to. */
export type MlflowProgress = z.infer<typeof progress>;

/**
 * Reads how far a server has the lines.
 *
 * @returns undefined if nothing was sent yet
 * @throws {StorageError} if the file can't be read
 */
export async function readProgress(path: string): Promise<MlflowProgress | undefined> {
  try {
    return progress.parse(parseJson((await readWhole(path, MAX_BYTES)).toString('utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    const why =
      error instanceof SyntaxError || error instanceof z.ZodError
        ? 'it holds something else'
        : whyUnread(error);
    throw new StorageError(
      `${path} cannot be used (${why}): delete it, and all lines are sent into a new run.`,
      { cause: error },
    );
  }
}

/** @throws {StorageError} if it can't be written */
export async function writeProgress(path: string, content: MlflowProgress): Promise<void> {
  await writeWhole(path, `${JSON.stringify(content)}\n`);
}
