import { isPictureName } from '../naming/picture-names.js';

/** Headings of the column of paths; where a table has several, the first of these counts. */
const PATH_HEADINGS: readonly string[] = [
  'path',
  'file_name',
  'filename',
  'file',
  'file_path',
  'filepath',
  'image_path',
  'img_path',
  'image_file',
  'image_name',
  'image',
  'img',
  'image_id',
  'name',
  'id',
];

/** Headings of the column of labels, in the same way: names come before numbers. */
const LABEL_HEADINGS: readonly string[] = [
  'class_name',
  'label_name',
  'category_name',
  'label',
  'class',
  'category',
  'target',
  'y',
  'labels',
  'class_id',
  'label_id',
  'category_id',
];

/** Which columns of a table are the paths and the labels. */
export interface TableColumns {
  /** Whether the first row names the columns. */
  readonly hasHeader: boolean;
  readonly path: number;
  /** -1 where there is none. */
  readonly label: number;
}

/**
 * Finds the columns of a table by its headings. Without headings the first column is the path and the second the label.
 *
 * @param rows cells of the first two rows
 * @param asked heading of the column of labels, as the user names it
 */
export function findColumns(
  [first = [], second = []]: readonly (readonly string[])[],
  asked: string | undefined,
): TableColumns {
  const headings = first.map(plain);
  const label = findLabelColumn(first, asked);
  const path = PATH_HEADINGS.map((heading) => headings.indexOf(heading)).find(
    (at) => at >= 0 && at !== label,
  );
  if (path !== undefined) return { hasHeader: true, path, label: label === path ? -1 : label };
  // A heading of labels in the first row, and no picture there but in the second.
  const picture = second.findIndex(isPictureName);
  if (picture >= 0 && picture !== label && !first.some(isPictureName)) {
    if (label >= 0) return { hasHeader: true, path: picture, label };
    // Two columns with headings in another language.
    if (asked === undefined && first.length === 2 && second.length === 2 && first.every(isWord)) {
      return { hasHeader: true, path: picture, label: 1 - picture };
    }
  }
  return { hasHeader: false, path: 0, label: asked === undefined ? 1 : -1 };
}

/** The first key that is a heading of paths, as it is written. */
export function findPathKey(keys: readonly string[]): string | undefined {
  const plainKeys = keys.map(plain);
  const at = PATH_HEADINGS.map((heading) => plainKeys.indexOf(heading)).find((index) => index >= 0);
  return at === undefined ? undefined : keys[at];
}

/** The column of labels: the one asked for, else the first heading of labels; -1 where there is none. */
export function findLabelColumn(headings: readonly string[], asked: string | undefined): number {
  if (asked !== undefined) {
    const exact = headings.findIndex((heading) => heading.trim() === asked);
    return exact >= 0 ? exact : headings.map(plain).indexOf(plain(asked));
  }
  const names = headings.map(plain);
  return LABEL_HEADINGS.map((heading) => names.indexOf(heading)).find((at) => at >= 0) ?? -1;
}

/** Not empty, and no path. */
function isWord(heading: string): boolean {
  return /^[^./\\]+$/.test(heading.trim());
}

function plain(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}
