import type { ImageEntry } from '../../images/image-source.js';

/** Pictures in a row of a sheet. */
export const SHEET_COLUMNS = 8;
const MAX_PICTURES = 64;
/** As many classes get a row of their own. */
const MAX_CLASS_ROWS = 12;

/**
 * Which pictures of a set its sheet shows, the same places in every set: of up to twelve classes the first eight in a row each, of more classes
 * the first of each, without labels the first of all.
 *
 * @param classCount undefined without labels
 * @returns positions in `entries`, row by row; undefined where a place stays empty
 */
export function choosePictures(
  entries: readonly ImageEntry[],
  classCount: number | undefined,
): (number | undefined)[] {
  if (classCount === undefined) return [...entries.slice(0, MAX_PICTURES).keys()];
  const isRow = classCount <= MAX_CLASS_ROWS;
  const perClass = isRow ? SHEET_COLUMNS : 1;
  const classes = Array.from({ length: isRow ? classCount : MAX_PICTURES }, (): number[] => []);
  for (const [index, { label = 0 }] of entries.entries()) {
    if (classes[label] && classes[label].length < perClass) classes[label].push(index);
  }
  return classes.flatMap((own) => Array.from({ length: perClass }, (_, i) => own[i]));
}

/** What a sheet shows, in words. */
export function describeLayout(classNames: readonly string[] | undefined): string {
  if (classNames === undefined) return `the first ${MAX_PICTURES}`;
  if (classNames.length > MAX_CLASS_ROWS) return `one of each of the first ${MAX_PICTURES} classes`;
  return `a class in each row, ${classNames.join(', ')} from the top`;
}
