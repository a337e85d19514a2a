import { ImagesError } from '../core/errors.js';
import type { ImageSource } from '../images/image-source.js';
import type { Picture } from '../images/picture.js';

/** A picture that cannot be decoded. */
export interface BadRow {
  readonly index: number;
  /** Half a sentence: "is cut short". */
  readonly reason: string;
}

/** Names in one message; nobody reads more, and a terminal scrolls the first away. */
const MAX_NAMED = 1000;

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

/** The error that names every bad picture in one go. */
export function badPicturesError(source: ImageSource, bad: readonly BadRow[]): ImagesError {
  const named = bad
    .slice(0, MAX_NAMED)
    .map(({ index, reason }) => `${JSON.stringify(source.entries[index].id)} ${reason}`);
  if (bad.length > MAX_NAMED) named.push(`and ${bad.length - MAX_NAMED} more`);
  const pictures = bad.length === 1 ? 'One picture' : `${bad.length} pictures`;
  return new ImagesError(
    `${pictures} of ${source.name} cannot be decoded (${named.join('; ')}): repair or remove them, or pass --on-bad-image skip.`,
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
    `More than ${maxBad} pictures of ${source.name} cannot be decoded (the last: ${name} ${last.reason}): ` +
      'repair or remove them, or raise --max-bad.',
  );
}
