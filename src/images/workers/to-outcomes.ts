import type { BadPicture, PictureOutcome } from '../picture.js';
import type { FileTaskResult } from './file-task.js';
import { eachDecoded } from './packed-results.js';

/** The result of a task as pictures, in the order of the task. `indices` are their positions in the source. */
export function toOutcomes(
  indices: readonly number[],
  { decoded, failures, slabs }: FileTaskResult,
): PictureOutcome[] {
  const outcomes: PictureOutcome[] = [];
  eachDecoded(decoded, (position, { width, height, changes, slab, offset }) => {
    const pixels = new Uint8Array(slabs[slab], offset, width * height * 3);
    outcomes[position] = { ok: true, index: indices[position], width, height, pixels, changes };
  });
  for (const { position, reason } of failures) {
    outcomes[position] = { ok: false, index: indices[position], reason } satisfies BadPicture;
  }
  return outcomes;
}
