import type { FileListing } from './file-source.js';
import { ImagesError } from './images-error.js';
import { indexLabels, readLabelTable } from './label-table.js';
import { nameSome } from './name-some.js';

/**
 * Labels the pictures of a folder by a CSV file of `path,label` (see `readLabelTable`) with paths relative to the folder,
 * in place of the classes that its sub-folders make. Throws ImagesError if a picture has no label there.
 */
export async function labelListing(listing: FileListing, csv: string): Promise<FileListing> {
  const rows = await readLabelTable(csv);
  const labels = new Map(rows.map(({ path, label }) => [path, label]));
  const bare = listing.entries.filter(({ id }) => labels.get(id) === undefined);
  if (bare.length > 0) {
    const names = nameSome(bare.map(({ id }) => JSON.stringify(id)));
    throw new ImagesError(
      `${csv} has no label for ${bare.length} of the ${listing.entries.length} pictures (${names}): add rows of path,label.`,
    );
  }
  const { classNames, indices } = indexLabels(listing.entries.map(({ id }) => labels.get(id) as string));
  const strangers = rows.length - listing.entries.length;
  const warnings = strangers > 0 ? [`${csv} labels ${strangers} pictures that are not in the folder`] : [];
  return {
    ...listing,
    entries: listing.entries.map(({ id }, i) => ({ id, label: indices[i] })),
    classNames,
    warnings: [...listing.warnings, ...warnings],
  };
}
