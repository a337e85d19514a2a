import { createHash } from 'node:crypto';
import { ImagesError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { readAttributes } from './attribute-table.js';
import { normalizeBox, type PictureSize, readBoxes } from './box-table.js';
import type { ConditionFiles } from './condition-files.js';
import { type ConditionForm, widthOf } from './condition-form.js';
import { readEmbeddings } from './embedding-file.js';
import { matchRows } from './match-rows.js';

/** Of all conditions in memory. */
const MAX_BYTES = 2 ** 30;

/** Conditions of pictures, in their order. */
export interface PictureConditions {
  readonly form: ConditionForm;
  /** float32 [N, width], row-major. */
  readonly values: Float32Array;
}

/** Whose conditions are read. */
export interface ConditionedPictures {
  /** Ids of the pictures, in order. */
  readonly ids: readonly string[];
  /** Reads their sizes in pixels, in order. */
  readonly readSizes: () => Promise<readonly PictureSize[]>;
}

/** Conditions of one kind. */
interface Column {
  readonly form: ConditionForm;
  /** Fills the numbers of one picture. */
  readonly fill: (picture: number, into: Float32Array) => void;
}

/** The kinds of conditions for which a file is named. */
export function listNamed(files: ConditionFiles): (keyof ConditionFiles)[] {
  return (Object.keys(files) as (keyof ConditionFiles)[]).filter((kind) => files[kind] !== undefined);
}

/**
 * Reads the conditions of pictures.
 *
 * @throws {ImagesError} for files that can't be read or don't fit the pictures
 */
export async function readConditions(
  files: ConditionFiles,
  pictures: ConditionedPictures,
  { onNote }: Pick<RunHooks, 'onNote'>,
): Promise<PictureConditions> {
  const columns: Column[] = [];
  if (files.attributes !== undefined) columns.push(await attributeColumn(files.attributes, pictures, onNote));
  if (files.boxes !== undefined) columns.push(await boxColumn(files.boxes, pictures, onNote));
  if (files.embeddings !== undefined) columns.push(await embeddingColumn(files.embeddings, pictures));
  const form: ConditionForm = Object.assign({}, ...columns.map((column) => column.form));
  const count = pictures.ids.length;
  const width = widthOf(form);
  if (count * width * Float32Array.BYTES_PER_ELEMENT > MAX_BYTES) {
    throw new ImagesError(
      `The conditions of ${count} pictures with ${width} numbers each are more than ${MAX_BYTES} bytes: train on fewer pictures, or on fewer conditions.`,
    );
  }
  const values = new Float32Array(count * width);
  let from = 0;
  for (const column of columns) {
    const own = widthOf(column.form);
    for (let picture = 0; picture < count; picture++) {
      column.fill(picture, values.subarray(picture * width + from, picture * width + from + own));
    }
    from += own;
  }
  return { form, values };
}

async function attributeColumn(
  path: string,
  { ids }: ConditionedPictures,
  onNote: RunHooks['onNote'],
): Promise<Column> {
  const table = await readAttributes(path);
  const rows = matchRows(table.rows, ids, 'attributes', onNote);
  return {
    form: { attributes: table.names },
    fill: (picture, into) => {
      for (const at of into.keys()) into[at] = table.valueOf(rows[picture], at);
    },
  };
}

async function boxColumn(
  path: string,
  { ids, readSizes }: ConditionedPictures,
  onNote: RunHooks['onNote'],
): Promise<Column> {
  const table = await readBoxes(path);
  const rows = matchRows(table.rows, ids, 'boxes', onNote);
  const sizes = await readSizes();
  return {
    form: { boxes: true },
    fill: (picture, into) => into.set(normalizeBox(table, rows[picture], sizes[picture])),
  };
}

async function embeddingColumn(path: string, { ids }: ConditionedPictures): Promise<Column> {
  const embeddings = await readEmbeddings(path);
  if (embeddings.count !== ids.length) {
    throw new ImagesError(
      `${path} has ${embeddings.count} rows for ${ids.length} pictures: give one for each, in the order of their names.`,
    );
  }
  return {
    form: { embeddings: embeddings.width },
    fill: (picture, into) => into.set(embeddings.unitRow(picture)),
  };
}

/** Changes with any condition; lower-case hex. */
export function digestConditions({ form, values }: PictureConditions): string {
  return createHash('sha256')
    .update(JSON.stringify(form))
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}
