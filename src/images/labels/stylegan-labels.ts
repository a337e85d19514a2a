import { ImagesError } from '../../core/errors.js';
import { describeJsonFault, JsonTooLarge, parseJson } from '../../core/parse-json.js';
import { LabelRows } from './label-rows.js';

/** The name of the file at the top of a StyleGAN data set that holds its labels. */
export const STYLEGAN_LABELS = 'dataset.json';

/** What StyleGAN's `dataset.json` says of labels. */
export type StyleganLabels =
  /** The class of each path. */
  | { readonly kind: 'classes'; readonly rows: LabelRows }
  /** That the pictures have none: `"labels": null`, as the data set's tool writes it. */
  | { readonly kind: 'none' }
  /** Something that is no class, as what the file has: "vectors of 25 numbers". */
  | { readonly kind: 'unusable'; readonly found: string }
  /** Nothing: it may be another program's file. */
  | { readonly kind: 'absent' };

/** Two million pictures with a class each have no more; seventy thousand with a camera of 25 numbers, either. */
const MAX_VALUES = 2 ** 23;

/** Rows of `dataset.json`. */
type Row = readonly [path: string, label: unknown];

/**
 * The labels in the `dataset.json` of StyleGAN's data sets (Karras et al. 2020, dataset_tool.py): `{"labels": [["00000/img.png", 3], …]}`.
 * Vectors that are all of one length, with a single 1 among zeros, are classes too. Other vectors (such as cameras) are none.
 *
 * @throws {ImagesError} if it is damaged
 */
export function parseStyleganLabels(shown: string, text: string): StyleganLabels {
  let content: unknown;
  try {
    content = parseJson(text, { values: MAX_VALUES });
  } catch (error) {
    const remedy =
      error instanceof JsonTooLarge ? 'give labels as a table with --labels' : 'repair or remove it';
    throw new ImagesError(`${shown} ${describeJsonFault(error)}: ${remedy}.`, { cause: error });
  }
  if (typeof content !== 'object' || content === null || !Object.hasOwn(content, 'labels')) {
    return { kind: 'absent' };
  }
  const { labels } = content as { labels: unknown };
  if (labels === null || (Array.isArray(labels) && labels.length === 0)) return { kind: 'none' };
  if (!Array.isArray(labels)) return { kind: 'unusable', found: describeOther(labels) };
  const rows: Row[] = [];
  for (const row of labels) {
    if (!Array.isArray(row) || row.length !== 2 || typeof row[0] !== 'string') {
      return { kind: 'unusable', found: 'entries that are not pairs of a path and a label' };
    }
    rows.push([row[0], row[1]]);
  }
  return readClasses(shown, rows);
}

function readClasses(shown: string, rows: readonly Row[]): StyleganLabels {
  const isClass = ([, label]: Row) =>
    (Number.isSafeInteger(label) && (label as number) >= 0) ||
    (typeof label === 'string' && label.trim() !== '');
  if (rows.every(isClass)) {
    const classes = new LabelRows(shown);
    for (const [path, label] of rows) classes.add(path, String(label).trim());
    return { kind: 'classes', rows: classes };
  }
  const oneHot = readOneHot(shown, rows);
  if (oneHot) return { kind: 'classes', rows: oneHot };
  const [path, label] = rows.find((row) => !isClass(row)) as Row;
  return { kind: 'unusable', found: `${describeLabel(label)} for ${JSON.stringify(path)}` };
}

/** Classes of vectors with a single 1, of which at least two differ; undefined for others. */
function readOneHot(shown: string, rows: readonly Row[]): LabelRows | undefined {
  const [, first] = rows[0];
  if (!Array.isArray(first) || first.length < 2) return undefined;
  const classes = new LabelRows(shown);
  const ones = new Set<number>();
  for (const [path, vector] of rows) {
    if (!Array.isArray(vector) || vector.length !== first.length) return undefined;
    const one = vector.indexOf(1);
    if (one < 0 || vector.some((value, at) => value !== (at === one ? 1 : 0))) return undefined;
    classes.add(path, String(one));
    ones.add(one);
  }
  return ones.size > 1 ? classes : undefined;
}

function describeLabel(label: unknown): string {
  if (Array.isArray(label)) {
    const isNumbers = label.every((value) => typeof value === 'number');
    return isNumbers ? `a vector of ${label.length} numbers` : `a list of ${label.length} values`;
  }
  if (typeof label === 'number') return `the number ${label}`;
  return label === null ? 'no label' : `a value of another kind (${typeof label})`;
}

function describeOther(labels: unknown): string {
  return typeof labels === 'object' ? 'a mapping of names instead of a list of pairs' : `a ${typeof labels}`;
}
