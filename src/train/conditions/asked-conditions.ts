import { UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { shorten } from '../../images/naming/name-some.js';
import { readAttributes } from './attribute-table.js';
import { normalizeBox, readBoxes } from './box-table.js';
import { type AskedFiles, listNamed, refuseHalfTexts } from './condition-files.js';
import { type ConditionForm, type ConditionPart, listParts } from './condition-form.js';
import { readEmbeddings } from './embedding-file.js';
import { type EmbedOptions, embedTexts } from './texts/embed-texts.js';
import { readTexts } from './texts/text-table.js';
import { openTextTower } from './texts/text-tower.js';
import { describeOther, type TextTowerForm } from './texts/tower-form.js';

/** Conditions that samples are asked to have; what isn't asked for stays as it was drawn. */
export interface AskedConditions {
  /** How many rows there are; sample i has row i % count. */
  readonly count: number;
  /** Writes what is asked of sample i into the vector of its conditions. */
  readonly fill: (sample: number, into: Float32Array) => void;
  /** The text that a sample is asked for, where texts are asked for. */
  readonly textOf?: (sample: number) => string;
}

/** What a generator takes and makes. */
interface AskedForm {
  readonly conditions?: ConditionForm;
  /** Side of its pictures in pixels. */
  readonly size: number;
  /** What embedded the texts that it was trained with. @default embeddings were given */
  readonly textTower?: TextTowerForm;
}

/** Where what is asked for is read. */
interface AskedPlace extends EmbedOptions {
  /** The run's path, for messages. */
  readonly run: string;
}

/** Rows of one part. */
interface AskedPart {
  readonly kind: ConditionPart['kind'];
  /** What it was named with. */
  readonly flag: string;
  /** Rows; undefined where there is one for all samples. */
  readonly count?: number;
  readonly textOf?: (row: number) => string;
  readonly fill: (row: number, into: Float32Array) => void;
}

/**
 * Reads conditions in the order of their files, to draw samples with.
 *
 * @param form what the generator takes, and the side of its pictures in pixels
 * @param place the run, and where texts are embedded
 * @returns undefined if no file is named
 * @throws {UsageError} for conditions that the generator doesn't take
 * @throws {ImagesError} for files that can't be read
 * @throws {NetworkError} for a text tower that can't be used
 */
export async function readAskedConditions(
  files: AskedFiles,
  form: AskedForm,
  place: AskedPlace,
  hooks: Pick<RunHooks, 'signal' | 'onProgress' | 'onNote'> = {},
): Promise<AskedConditions | undefined> {
  refuseHalfTexts(files);
  const { conditions, size } = form;
  const asked: AskedPart[] = [];
  for (const kind of listNamed(files)) {
    const path = files[kind];
    if (kind === 'texts' || path === undefined) continue;
    if (conditions?.[kind] === undefined) throw takesNone(place.run, kind, kind);
    asked.push(await READERS[kind](path, conditions, size));
  }
  if (files.texts !== undefined || files.text !== undefined) {
    asked.push(await askForTexts(files, form, place, hooks));
  }
  if (!conditions || asked.length === 0) return undefined;
  return joinParts(asked, conditions);
}

function joinParts(asked: readonly AskedPart[], form: ConditionForm): AskedConditions {
  const counted = asked.filter(({ count }) => count !== undefined);
  refuseOtherCounts(counted);
  const parts = listParts(form);
  const textOf = asked.find((each) => each.textOf)?.textOf;
  const count = counted[0]?.count ?? 1;
  return {
    count,
    fill(sample, into) {
      for (const { kind, fill } of asked) {
        const part = parts.find((each) => each.kind === kind) as ConditionPart;
        fill(sample % count, into.subarray(part.from, part.from + part.width));
      }
    },
    ...(textOf && { textOf: (sample) => textOf(sample % count) }),
  };
}

function takesNone(run: string, what: string, flag: string): UsageError {
  return new UsageError(`The generator of ${run} takes no ${what}: leave --${flag} out.`);
}

const READERS: Readonly<
  Record<ConditionPart['kind'], (path: string, form: ConditionForm, size: number) => Promise<AskedPart>>
> = { attributes: askForAttributes, boxes: askForBoxes, embeddings: askForEmbeddings };

async function askForAttributes(path: string, { attributes = [] }: ConditionForm): Promise<AskedPart> {
  const table = await readAttributes(path);
  const columns = attributes.map((name) => table.names.indexOf(name));
  const missing = columns.indexOf(-1);
  if (missing >= 0) {
    throw new UsageError(
      `${path} has no attribute ${JSON.stringify(shorten(attributes[missing]))}, which the generator takes: give a column for each of its ${attributes.length} attributes.`,
    );
  }
  return {
    kind: 'attributes',
    flag: '--attributes',
    count: table.rows.size,
    fill: (row, into) => {
      for (const [at, column] of columns.entries()) into[at] = table.valueOf(row, column);
    },
  };
}

async function askForBoxes(path: string, _form: ConditionForm, size: number): Promise<AskedPart> {
  const table = await readBoxes(path);
  const boxes = Array.from({ length: table.rows.size }, (_, row) =>
    normalizeBox(table, row, { width: size, height: size }),
  );
  return {
    kind: 'boxes',
    flag: '--boxes',
    count: boxes.length,
    fill: (row, into) => into.set(boxes[row]),
  };
}

async function askForEmbeddings(path: string, { embeddings: wanted }: ConditionForm): Promise<AskedPart> {
  const embeddings = await readEmbeddings(path);
  if (embeddings.width !== wanted) {
    throw new UsageError(
      `${path} has embeddings of ${embeddings.width} numbers, and the generator takes ${wanted}: give those of the same network.`,
    );
  }
  return {
    kind: 'embeddings',
    flag: '--embeddings',
    count: embeddings.count,
    fill: (row, into) => into.set(embeddings.unitRow(row)),
  };
}

async function askForTexts(
  files: AskedFiles,
  { conditions, textTower: before }: AskedForm,
  place: AskedPlace,
  hooks: Pick<RunHooks, 'signal' | 'onProgress' | 'onNote'>,
): Promise<AskedPart> {
  const flag = files.texts === undefined ? 'text' : 'texts';
  const { run } = place;
  if (conditions?.embeddings === undefined) throw takesNone(run, 'texts', flag);
  if (!before) {
    throw new UsageError(
      `The generator of ${run} was trained with embeddings that were given, not with texts: ask for others with --embeddings.`,
    );
  }
  const texts = await readAskedTexts(files);
  const tower = await openTextTower(files.textTower ?? '', place);
  try {
    const difference = describeOther(before, tower.form);
    if (difference !== undefined) {
      throw new UsageError(
        `The texts of ${run} were embedded by ${difference}: name that one with --text-tower.`,
      );
    }
    const embeddings = await embedTexts(texts, tower, place, hooks);
    const at = (row: number) => (flag === 'text' ? 0 : row);
    return {
      kind: 'embeddings',
      flag: `--${flag}`,
      ...(flag === 'texts' && { count: texts.length }),
      fill: (row, into) => into.set(embeddings.rowOf(at(row))),
      textOf: (row) => texts[at(row)],
    };
  } finally {
    await tower.close();
  }
}

async function readAskedTexts({ texts: path, text = '' }: AskedFiles): Promise<string[]> {
  if (path !== undefined) {
    const table = await readTexts(path);
    return Array.from({ length: table.rows.size }, (_, row) => table.textOf(row));
  }
  if (text.trim() !== '') return [text.trim()];
  throw new UsageError('--text is empty: say what the samples shall show.');
}

/** @throws {UsageError} for files with other numbers of rows, whose rows would not stay together */
function refuseOtherCounts(asked: readonly AskedPart[]): void {
  const other = asked.find(({ count }) => count !== asked[0].count);
  if (!other) return;
  throw new UsageError(
    `${asked[0].flag} asks for ${asked[0].count} samples and ${other.flag} for ${other.count}: give as many rows of each.`,
  );
}
