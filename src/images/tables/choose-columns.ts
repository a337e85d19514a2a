import { ImagesError } from '../../core/errors.js';
import { nameSome } from '../naming/name-some.js';
import { readFeatures } from './features.js';
import type { PictureTable, TableColumn } from './picture-table.js';

/** Which columns of a table are read. */
export interface ChosenColumns {
  readonly pictures: TableColumn;
  /** Names of the pictures. */
  readonly paths?: TableColumn;
  readonly labels?: TableColumn;
  /** Names of the classes that the labels number. */
  readonly classNames?: readonly string[];
  readonly warnings: readonly string[];
}

/** Usual names of a column of pictures, and of labels, the first that is there. */
const PICTURE_NAMES = [
  'image',
  'img',
  'picture',
  'photo',
  'images',
  'png',
  'jpg',
  'jpeg',
  'webp',
  'image_bytes',
  'bytes',
  'content',
];
const LABEL_NAMES = ['label', 'labels', 'class', 'category', 'target', 'cls'];
const PATH_NAMES = ['path', 'file_name', 'filename', 'image_path', '__key__'];

/**
 * Finds the columns of pictures, of their names and of their labels: what the features of a Hugging Face data set say, else by usual
 * names.
 *
 * @param asked the column of labels that the user named
 * @throws {ImagesError} without a column of picture files, or with several that could be meant, or without the column of labels
 */
export function chooseColumns(table: PictureTable, asked?: string): ChosenColumns {
  const features = readFeatures(table.metadata);
  const pictures = choosePictures(table, features.images);
  const [name] = pictures.path;
  const sibling = pictures.path.length > 1 && find(table, [...pictures.path.slice(0, -1), 'path'], 'text');
  const paths = sibling || PATH_NAMES.map((each) => find(table, [each], 'text')).find(Boolean);
  const labels = chooseLabels(table, [...features.classes.keys()], asked);
  const isAsked = asked !== undefined && labels.column;
  const unsaid =
    !isAsked && features.images.length > 1
      ? [`of the columns of pictures (${nameSome(features.images)}), ${JSON.stringify(name)} was taken`]
      : [];
  return {
    pictures,
    ...(paths ? { paths } : {}),
    ...(labels.column
      ? { labels: labels.column, classNames: features.classes.get(labels.column.path[0]) }
      : {}),
    warnings: [...unsaid, ...labels.warnings],
  };
}

function find(
  table: PictureTable,
  path: readonly string[],
  ...kinds: TableColumn['kind'][]
): TableColumn | undefined {
  return table.columns.find(
    (column) =>
      kinds.includes(column.kind) &&
      column.path.length === path.length &&
      column.path.every((part, i) => part === path[i]),
  );
}

/** A column of bytes, or the `bytes` of a structure. */
function pictureColumn(table: PictureTable, name: string): TableColumn | undefined {
  return find(table, [name, 'bytes'], 'bytes') ?? find(table, [name], 'bytes');
}

function choosePictures(table: PictureTable, stated: readonly string[]): TableColumn {
  const order = (names: readonly string[]) => [
    ...PICTURE_NAMES.filter((name) => names.includes(name)),
    ...names.filter((name) => !PICTURE_NAMES.includes(name)),
  ];
  for (const name of [...order(stated), ...PICTURE_NAMES]) {
    const column = pictureColumn(table, name);
    if (column) return column;
  }
  const others = table.columns.filter(
    ({ kind, path }) => kind === 'bytes' && (path.length === 1 || (path.length === 2 && path[1] === 'bytes')),
  );
  if (others.length === 1) return others[0];
  const shown = JSON.stringify(table.path);
  const names = table.columns.map(({ path }) => path.join('.'));
  if (others.length > 1) {
    throw new ImagesError(
      `${shown} has several columns of bytes (${nameSome(others.map(({ path }) => path.join('.')))}): call that of the pictures "image".`,
    );
  }
  throw new ImagesError(
    `${shown} has no column of picture files, image of bytes and path (it has ${nameSome(names) || 'no columns'}): write the encoded files, as Hugging Face's Image does.`,
  );
}

function chooseLabels(
  table: PictureTable,
  classLabels: readonly string[],
  asked: string | undefined,
): { column?: TableColumn; warnings: readonly string[] } {
  const labelColumn = (name: string) => find(table, [name], 'number', 'text');
  if (asked !== undefined) {
    const column = labelColumn(asked);
    if (column) return { column, warnings: [] };
    const names = table.columns.filter(
      ({ kind, path }) => path.length === 1 && (kind === 'number' || kind === 'text'),
    );
    throw new ImagesError(
      `${JSON.stringify(table.path)} has no column ${JSON.stringify(asked)} of labels (it has ${nameSome(names.map(({ path }) => path[0])) || 'none that could be'}): name one of those.`,
    );
  }
  const usual = LABEL_NAMES.find((name) => labelColumn(name));
  if (usual !== undefined) return { column: labelColumn(usual), warnings: [] };
  if (classLabels.length === 1) return { column: labelColumn(classLabels[0]), warnings: [] };
  if (classLabels.length === 0) return { warnings: [] };
  return {
    warnings: [
      `there are no labels, because several columns have some (${nameSome(classLabels)}): name one with --label-column`,
    ],
  };
}
