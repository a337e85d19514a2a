import { UsageError } from '../../core/errors.js';
import { shorten } from '../../images/naming/name-some.js';
import { readAttributes } from './attribute-table.js';
import { normalizeBox, readBoxes } from './box-table.js';
import type { ConditionFiles } from './condition-files.js';
import { type ConditionForm, type ConditionPart, listParts } from './condition-form.js';
import { readEmbeddings } from './embedding-file.js';

/** Conditions that samples are asked to have; what isn't asked for stays as it was drawn. */
export interface AskedConditions {
  /** How many rows there are; sample i has row i % count. */
  readonly count: number;
  /** Writes what is asked of sample i into the vector of its conditions. */
  readonly fill: (sample: number, into: Float32Array) => void;
}

/** What a generator takes and makes. */
interface AskedForm {
  readonly conditions?: ConditionForm;
  /** Side of its pictures in pixels. */
  readonly size: number;
}

/** Rows of one part. */
interface AskedPart {
  readonly kind: ConditionPart['kind'];
  readonly count: number;
  readonly fill: (row: number, into: Float32Array) => void;
}

/**
 * Reads conditions in the order of their files, to draw samples with.
 *
 * @param form what the generator takes, and the side of its pictures in pixels
 * @param run the run's path, for messages
 * @returns undefined if no file is named
 * @throws {UsageError} for conditions that the generator doesn't take
 * @throws {ImagesError} for files that can't be read
 */
export async function readAskedConditions(
  files: ConditionFiles,
  { conditions: form, size }: AskedForm,
  run: string,
): Promise<AskedConditions | undefined> {
  const asked: AskedPart[] = [];
  for (const [kind, path] of Object.entries(files) as [ConditionPart['kind'], string | undefined][]) {
    if (path === undefined) continue;
    if (form?.[kind] === undefined) {
      throw new UsageError(`The generator of ${run} takes no ${kind}: leave --${kind} out.`);
    }
    asked.push(await READERS[kind](path, form, size));
  }
  if (!form || asked.length === 0) return undefined;
  refuseOtherCounts(asked);
  const parts = listParts(form);
  return {
    count: asked[0].count,
    fill(sample, into) {
      for (const { kind, count, fill } of asked) {
        const part = parts.find((each) => each.kind === kind) as ConditionPart;
        fill(sample % count, into.subarray(part.from, part.from + part.width));
      }
    },
  };
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
  return { kind: 'boxes', count: boxes.length, fill: (row, into) => into.set(boxes[row]) };
}

async function askForEmbeddings(path: string, { embeddings: wanted }: ConditionForm): Promise<AskedPart> {
  const embeddings = await readEmbeddings(path);
  if (embeddings.width !== wanted) {
    throw new UsageError(
      `${path} has embeddings of ${embeddings.width} numbers, and the generator takes ${wanted}: give those of the same network.`,
    );
  }
  const { count } = embeddings;
  return { kind: 'embeddings', count, fill: (row, into) => into.set(embeddings.unitRow(row)) };
}

/** @throws {UsageError} for files with other numbers of rows, whose rows would not stay together */
function refuseOtherCounts(asked: readonly AskedPart[]): void {
  const other = asked.find(({ count }) => count !== asked[0].count);
  if (!other) return;
  throw new UsageError(
    `--${asked[0].kind} asks for ${asked[0].count} samples and --${other.kind} for ${other.count}: give as many rows of each.`,
  );
}
