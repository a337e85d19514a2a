import { ImagesError } from '../../core/errors.js';
import type { LabelRows } from '../../images/labels/label-rows.js';
import { matchPaths } from '../../images/labels/match-paths.js';
import { nameSome, shorten } from '../../images/naming/name-some.js';

/**
 * The row of each picture in a table of conditions.
 *
 * @param what the table holds, for messages: "attributes"
 * @param onNote is told of rows without a picture, which are left out, and of how names were compared where not as they stand
 * @throws {ImagesError} for a name that stands twice, and for pictures without a row
 */
export function matchRows(
  rows: LabelRows,
  ids: readonly string[],
  what: string,
  onNote?: (note: string) => void,
): Int32Array {
  const [repeat] = rows.repeats();
  if (repeat !== undefined) {
    throw new ImagesError(
      `${rows.shown} has more than one row for ${JSON.stringify(shorten(rows.path(repeat)))}: keep one.`,
    );
  }
  const match = matchPaths(rows, ids);
  if (match.found < ids.length) {
    const missing = ids.filter((_, index) => (match.rows[index] ?? -1) < 0);
    throw new ImagesError(
      `${rows.shown} has no ${what} of ${missing.length} of the ${ids.length} pictures (${nameSome(missing)}): give a row for each, or leave those pictures out.`,
    );
  }
  const extra = rows.size - match.found;
  if (extra > 0) {
    onNote?.(
      `${rows.shown} has ${extra} row${extra === 1 ? '' : 's'} without a picture, which ${extra === 1 ? 'is' : 'are'} left out.`,
    );
  }
  if (match.comparedBy !== undefined) {
    onNote?.(`The pictures were found in ${rows.shown} ${match.comparedBy}.`);
  }
  return match.rows;
}
