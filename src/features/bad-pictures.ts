import { ImagesError } from '../core/errors.js';
import type { ImageSource } from '../images/image-source.js';
import { shorten } from '../images/naming/name-some.js';
import type { Picture } from '../images/picture.js';
import { remedyOfAll } from '../images/remedy-of.js';

/** A picture that cannot be decoded. */
export interface BadRow {
  readonly index: number;
  /** Half a sentence: "is cut short". */
  readonly reason: string;
}

/** Pictures of one reason that a message names, and reasons that it tells: it is read by a person. The result has all. */
const MAX_NAMED = 3;
const MAX_REASONS = 20;

/** Decodes the pictures at `indices` without running a network, and returns the bad ones in that order. */
export async function findBadPictures(
  source: ImageSource,
  indices: Iterable<number>,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number) => void;
    /** Called with each picture that can be decoded. */
    readonly onPicture?: (picture: Picture) => void;
  } = {},
): Promise<BadRow[]> {
  const bad: BadRow[] = [];
  let done = 0;
  for await (const outcome of source.pictures(indices, { signal: options.signal })) {
    options.signal?.throwIfAborted();
    if (outcome.ok) options.onPicture?.(outcome);
    else bad.push({ index: outcome.index, reason: outcome.reason });
    options.onProgress?.(++done);
  }
  return bad;
}

const faultWord = ({ generator }: ImageSource) => (generator ? 'made' : 'decoded');

/** Of what a generator gives there is no file to repair or remove. */
function remedyFor({ generator }: ImageSource, reasons: readonly string[]): string {
  const remedy = remedyOfAll(reasons);
  return generator
    ? remedy.replace(
        /repair or remove (them|the others)/,
        'the generator gave these values, so repair its file',
      )
    : remedy;
}

/** The error that counts all bad pictures in one go, tells each reason once, and names some pictures of each. */
export function badPicturesError(source: ImageSource, bad: readonly BadRow[]): ImagesError {
  const groups = new Map<string, BadRow[]>();
  for (const row of bad) {
    const group = groups.get(row.reason);
    if (group) group.push(row);
    else groups.set(row.reason, [row]);
  }
  const told = [...groups].slice(0, MAX_REASONS).map(([reason, rows]) => {
    const names = rows
      .slice(0, MAX_NAMED)
      .map(({ index }) => JSON.stringify(shorten(source.entries[index].id)));
    const more = rows.length > MAX_NAMED ? ` and ${rows.length - MAX_NAMED} more` : '';
    return `${rows.length === 1 ? '' : 'each of '}${names.join(', ')}${more} ${reason}`;
  });
  if (groups.size > MAX_REASONS) told.push(`and ${groups.size - MAX_REASONS} other reasons`);
  const pictures = bad.length === 1 ? 'One picture' : `${bad.length} pictures`;
  return new ImagesError(
    `${pictures} of ${source.name} cannot be ${faultWord(source)} (${told.join('; ')}): ${remedyFor(source, [...groups.keys()])}, or pass --on-bad-image skip.`,
  );
}

/** The error for a set with more pictures than are accepted that are bad, or for which a network gives what can't be used. */
export function tooManyUnusableError(
  source: ImageSource,
  maxBad: number,
  bad: readonly BadRow[],
): ImagesError {
  const { index, reason } = bad[bad.length - 1];
  const pictures = bad.length === 1 ? 'One picture' : `${bad.length} pictures`;
  return new ImagesError(
    `${pictures} of ${source.name} would be left out, more than ${maxBad} (the last: ${JSON.stringify(source.entries[index].id)}, ${reason}): ` +
      'repair or remove them, choose another network, or raise --max-bad.',
  );
}

/** The error for a set with more bad pictures than are accepted. */
export function tooManyBadError(source: ImageSource, maxBad: number, last: BadRow): ImagesError {
  const name = JSON.stringify(source.entries[last.index].id);
  return new ImagesError(
    `More than ${maxBad} pictures of ${source.name} cannot be ${faultWord(source)} (the last: ${name} ${last.reason}): ` +
      `${remedyFor(source, [last.reason])}, or raise --max-bad.`,
  );
}
