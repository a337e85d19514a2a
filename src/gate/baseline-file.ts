import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { UsageError } from '../core/errors.js';
import { describeJsonFault, parseJson } from '../core/parse-json.js';
import type { Baseline } from '../documents/baseline.js';
import { baselineSchema } from '../documents/baseline.js';
import { refuseImpossible } from '../documents/impossible-numbers.js';
import { parseDocument } from '../documents/parse-document.js';
import { type EvaluationResult, type ImageSet, MAX_RESULT_VALUES, parseResult } from '../documents/result.js';
import { shellQuote } from '../escape/shell-quote.js';
import { isWordForLabels } from '../evaluate/opening/open-pictures.js';
import { readDocument, whyUnread } from '../storage/read-whole.js';
import { writeWhole } from '../storage/write-whole.js';

/**
 * Reads a baseline, or a whole result in its place.
 *
 * @throws {UsageError} if there is none, or it is no such document
 */
export async function readBaseline(path: string): Promise<Baseline> {
  const document = await readJson(path, 'baseline');
  if (document === undefined) {
    throw new UsageError(
      `There is no baseline at ${path}: write it with "ganeval gate SAMPLES --baseline ${shellQuote(path)} --update".`,
    );
  }
  return parseDocument(baselineSchema.superRefine(refuseImpossible), document, {
    name: `The baseline ${path}`,
    kind: 'a result of ganeval',
    remedy: 'write a new one with --update',
  });
}

/** The baseline at this path, or undefined if there is none that could be read. */
export async function readOldBaseline(path: string): Promise<Baseline | undefined> {
  const document = await readJson(path, 'baseline').catch(() => undefined);
  return baselineSchema.safeParse(document).data;
}

/**
 * Reads a result that `ganeval score --json` wrote.
 *
 * @throws {UsageError} if there is none, or it is no such document
 */
export async function readResult(path: string): Promise<EvaluationResult> {
  const document = await readJson(path, 'result');
  if (document === undefined) throw new UsageError(`There is no result at ${path}: check the name.`);
  return parseResult(document, path);
}

/** A parsed JSON file; undefined if there is no file. */
async function readJson(path: string, what: string): Promise<unknown> {
  let text: string;
  try {
    text = await readDocument(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`The ${what} ${path} cannot be read (${whyUnread(error)}): check the file.`);
  }
  try {
    return parseJson(text, { values: MAX_RESULT_VALUES });
  } catch (error) {
    throw new UsageError(`The ${what} ${path} ${describeJsonFault(error)}: give another file.`);
  }
}

/**
 * Writes a baseline whole or not at all: keys in the schema's order and a newline at the end, so that a diff shows what
 * changed and nothing else.
 *
 * @throws {StorageError} if it can't be written
 */
export async function writeBaseline(path: string, result: Baseline): Promise<void> {
  const { reference, ...rest } = baselineSchema.parse(result);
  const document = {
    ...rest,
    ...(reference && { reference: referenceSeenFrom(dirname(path), reference) }),
  };
  await writeWhole(path, `${JSON.stringify(baselineSchema.parse(document), null, 2)}\n`);
}

function referenceSeenFrom(folder: string, { labels, ...reference }: ImageSet): ImageSet {
  const source = seenFrom(folder, reference.source);
  if (labels?.source === undefined || isWordForLabels(labels.source))
    return { ...reference, source, ...(labels && { labels }) };
  return { ...reference, source, labels: { ...labels, source: seenFrom(folder, labels.source) } };
}

/** A relative path as it is from another folder than the working one, so that the baseline finds it from everywhere. */
function seenFrom(folder: string, path: string): string {
  if (isAbsolute(path) || resolve(folder) === process.cwd() || !existsSync(path)) return path;
  return relative(folder, path).replaceAll(sep, '/') || '.';
}
