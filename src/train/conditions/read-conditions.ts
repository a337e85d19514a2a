import { createHash } from 'node:crypto';
import { ImagesError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { readAttributes } from './attribute-table.js';
import { normalizeBox, type PictureSize, readBoxes } from './box-table.js';
import { type ConditionFiles, refuseHalfTexts } from './condition-files.js';
import { type ConditionForm, widthOf } from './condition-form.js';
import { readEmbeddings } from './embedding-file.js';
import { matchRows } from './match-rows.js';
import { type EmbedOptions, embedTexts } from './texts/embed-texts.js';
import { readTexts } from './texts/text-table.js';
import { openTextTower } from './texts/text-tower.js';
import type { TextTowerForm } from './texts/tower-form.js';

/** Of all conditions in memory. */
const MAX_BYTES = 2 ** 30;

/** Conditions of pictures, in their order. */
export interface PictureConditions {
  readonly form: ConditionForm;
  /** float32 [N, width], row-major. */
  readonly values: Float32Array;
  /** What embedded the pictures' texts, where these were given. */
  readonly textTower?: TextTowerForm;
  /** Changes with any text, lower-case hex; there with `textTower` alone. */
  readonly textDigest?: string;
}

/** Whose conditions are read. */
export interface ConditionedPictures {
  /** Ids of the pictures, in order. */
  readonly ids: readonly string[];
  /** Reads their sizes in pixels, in order. */
  readonly readSizes: () => Promise<readonly PictureSize[]>;
}

/** Conditions of one kind. */
interface Column extends Pick<PictureConditions, 'textTower' | 'textDigest'> {
  readonly form: ConditionForm;
  /** Fills the numbers of one picture. */
  readonly fill: (picture: number, into: Float32Array) => void;
}

/** How conditions are read. */
export type ReadingHooks = Pick<RunHooks, 'signal' | 'onProgress' | 'onNote'>;

/**
 * Reads the conditions of pictures.
 *
 * @param options where texts are embedded
 * @throws {ImagesError} for files that can't be read or don't fit the pictures
 * @throws {NetworkError} for a text tower that can't be used
 * @throws {UsageError} for files that do not go together
 */
export async function readConditions(
  files: ConditionFiles,
  pictures: ConditionedPictures,
  hooks: ReadingHooks,
  options: EmbedOptions = {},
): Promise<PictureConditions> {
  refuseHalfTexts(files);
  const { onNote } = hooks;
  const columns: Column[] = [];
  if (files.attributes !== undefined) columns.push(await attributeColumn(files.attributes, pictures, onNote));
  if (files.boxes !== undefined) columns.push(await boxColumn(files.boxes, pictures, onNote));
  if (files.embeddings !== undefined) columns.push(await embeddingColumn(files.embeddings, pictures));
  if (files.texts !== undefined) columns.push(await textColumn(files, pictures, hooks, options));
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
  const { textTower, textDigest } = columns.at(-1) ?? {};
  return { form, values, ...(textTower && { textTower, textDigest }) };
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

async function textColumn(
  { texts: path = '', textTower = '' }: ConditionFiles,
  { ids }: ConditionedPictures,
  hooks: ReadingHooks,
  options: EmbedOptions,
): Promise<Column> {
  const table = await readTexts(path);
  const rows = matchRows(table.rows, ids, 'texts', hooks.onNote);
  const texts = Array.from(rows, (row) => table.textOf(row));
  const tower = await openTextTower(textTower, options);
  try {
    const embeddings = await embedTexts(texts, tower, options, hooks);
    return {
      form: { embeddings: embeddings.width },
      fill: (picture, into) => into.set(embeddings.rowOf(picture)),
      textTower: tower.form,
      textDigest: createHash('sha256').update(JSON.stringify(texts)).digest('hex'),
    };
  } finally {
    await tower.close();
  }
}

/**
 * Changes with any condition; lower-case hex. Of texts it has the texts and what embeds them, not the embeddings: their last bits are
 * others on another machine.
 */
export function digestConditions({ form, values, textTower, textDigest }: PictureConditions): string {
  const hash = createHash('sha256').update(JSON.stringify(form));
  if (!textTower) return hash.update(bytesOf(values)).digest('hex');
  hash.update(JSON.stringify([textTower, textDigest]));
  const width = widthOf(form);
  const given = width - (form.embeddings ?? 0);
  for (let at = 0; given > 0 && at < values.length; at += width) {
    hash.update(bytesOf(values.subarray(at, at + given)));
  }
  return hash.digest('hex');
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
