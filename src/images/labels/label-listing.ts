import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-source.js';
import { nameSome } from '../naming/name-some.js';
import { indexLabels } from './label-table.js';
import { readTable } from './read-table.js';

/**
 * Labels the pictures of a listing by a table of `path,label` (see `readTable`) with the ids as paths, in
 * place of the labels that it has.
 *
 * @throws {ImagesError} if a picture has no label there
 */
export async function labelListing(listing: FileListing, table: string): Promise<FileListing> {
  const rows = await readTable(table);
  const labels = new Map(rows.flatMap(({ path, label }) => (label === undefined ? [] : [[path, label]])));
  return labelByPath(listing, labels, { shown: table, rows: rows.length, advice: 'add rows of path,label' });
}

/** What messages say of a table of labels. */
export interface LabelTableFacts {
  /** What they call the table. */
  readonly shown: string;
  /** Pictures in the table, those without a label too. */
  readonly rows: number;
  /** What to do if a picture has no label in it. */
  readonly advice: string;
}

/**
 * Labels a listing by the path of each picture.
 *
 * @throws {ImagesError} with the name of the table and advice, if a picture has no label there
 */
export function labelByPath(
  listing: FileListing,
  labels: ReadonlyMap<string, string>,
  { shown, rows, advice }: LabelTableFacts,
): FileListing {
  const bare = listing.entries.filter(({ id }) => !labels.has(id));
  if (bare.length > 0) {
    const names = nameSome(bare.map(({ id }) => JSON.stringify(id)));
    throw new ImagesError(
      `${shown} has no label for ${bare.length} of the ${listing.entries.length} pictures (${names}): ${advice}.`,
    );
  }
  const { classNames, indices } = indexLabels(listing.entries.map(({ id }) => labels.get(id) as string));
  const extra = rows - listing.entries.length;
  const warnings =
    extra > 0
      ? [`${shown} labels ${extra} ${extra === 1 ? 'picture that is' : 'pictures that are'} not there`]
      : [];
  return {
    ...listing,
    entries: listing.entries.map(({ id }, i) => ({ id, label: indices[i] })),
    classNames,
    warnings: [...listing.warnings, ...warnings],
  };
}
