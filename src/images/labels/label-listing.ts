import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import { nameSome, shorten } from '../naming/name-some.js';
import { MAX_DATASET_BYTES } from './label-file-size.js';
import type { LabelRows } from './label-rows.js';
import { indexLabels } from './label-table.js';
import { matchPaths, type PathMatch } from './match-paths.js';
import { readTable } from './read-table.js';
import { parseStyleganLabels } from './stylegan-labels.js';
import { decodeText, joinText, readTableBytes } from './table-text.js';

/**
 * Labels the pictures of a listing by a table (see `readTable`) or StyleGAN's `dataset.json`, in place of the labels that it has.
 *
 * @param column the column of labels, as the user names it
 * @throws {ImagesError} for a table without labels, or if a picture has none there
 */
export async function labelListing(
  listing: FileListing,
  table: string,
  column?: string,
): Promise<FileListing> {
  if (/\.json$/i.test(table)) return labelByJson(listing, table, column);
  const { rows, columns, labelColumn } = await readTable(table, { asked: column });
  if (columns && labelColumn === undefined) throw noLabelColumnError(table, columns);
  return labelByPath(listing, rows, {
    advice: 'add rows of path,label',
    mayHaveHeading: columns === undefined,
  });
}

function noLabelColumnError(table: string, columns: readonly string[]): ImagesError {
  const names = nameSome(columns.map((column) => JSON.stringify(column)));
  return new ImagesError(
    `${table} has no column called label, class, category or the like (it has ${names}): name it with --label-column.`,
  );
}

async function labelByJson(
  listing: FileListing,
  table: string,
  column: string | undefined,
): Promise<FileListing> {
  const stated = parseStyleganLabels(
    table,
    await joinText(decodeText(readTableBytes(table, MAX_DATASET_BYTES))),
  );
  if (column !== undefined) throw new ImagesError(`${table} has no columns: leave --label-column out.`);
  if (stated.kind === 'classes') {
    return labelByPath(listing, stated.rows, { advice: 'add them' });
  }
  const found = stated.kind === 'unusable' ? stated.found : 'no labels';
  throw new ImagesError(
    `${table} has ${found}, where {"labels": [["a.png", 3], …]} with a class for each picture is needed: correct it, or give a CSV of path,label.`,
  );
}

/** What messages say of a table of labels. */
export interface LabelTableFacts {
  /** What to do if a picture has no label in it. */
  readonly advice: string;
  /** Whether its first row may be a heading in words that are not known here. */
  readonly mayHaveHeading?: boolean;
}

/**
 * Labels a listing by the paths of a table (see `matchPaths`).
 *
 * @throws {ImagesError} with the name of the table and advice, if a picture has no label there
 */
export function labelByPath(
  listing: FileListing,
  rows: LabelRows,
  { advice, mayHaveHeading = false }: LabelTableFacts,
): FileListing {
  const ids = listing.entries.map(({ id }) => id);
  const { shown } = rows;
  const match = matchPaths(rows, ids);
  const labels = Array.from(match.rows, (row) => (row < 0 ? undefined : rows.label(row)));
  const bare = ids.filter((_, i) => labels[i] === undefined);
  if (bare.length > 0) {
    const names = nameSome(bare.map((id) => JSON.stringify(id)));
    const isOther = match.found === 0 && rows.size > 0;
    const remedy = isOther
      ? `the table has ${JSON.stringify(shorten(rows.path(0)))}, the pictures have ${JSON.stringify(shorten(ids[0]))}, so write its paths as they are in the set`
      : advice;
    throw new ImagesError(
      `${shown} has no label for ${bare.length} of the ${ids.length} pictures (${names}): ${remedy}.`,
    );
  }
  const { classNames, indices } = indexLabels(labels.flatMap((label) => label ?? []));
  return {
    ...listing,
    entries: ids.map((id, i) => ({ id, label: indices[i] })),
    classNames,
    warnings: [
      ...listing.warnings,
      ...listMatchWarnings(shown, countExtra(rows, match, mayHaveHeading), match.comparedBy),
    ],
  };
}

/** Rows without a picture. Where that is the first one alone, it is a heading. */
function countExtra(rows: LabelRows, { found, rows: matched }: PathMatch, mayHaveHeading: boolean): number {
  const extra = rows.size - found;
  return mayHaveHeading && extra === 1 && found > 0 && !matched.includes(0) ? 0 : extra;
}

function listMatchWarnings(shown: string, extra: number, comparedBy: string | undefined): string[] {
  const pictures = extra === 1 ? 'picture that is' : 'pictures that are';
  return [
    ...(comparedBy === undefined ? [] : [`the pictures were found in ${shown} ${comparedBy}`]),
    ...(extra > 0 ? [`${shown} labels ${extra} ${pictures} not there`] : []),
  ];
}
