import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { NetworkError } from '../../../core/errors.js';
import { describeJsonFault, parseJson } from '../../../core/parse-json.js';
import { readJson } from '../../../networks/hugging-face/read-json.js';
import { readDocument, whyUnread } from '../../../storage/read-whole.js';
import { TextTokenizer, type TokenLayout } from './text-tokenizer.js';
import {
  type TokenizerContent,
  tokenizerConfigSchema,
  tokenizerSchema,
  towerConfigSchema,
} from './tokenizer-schema.js';
import type { TowerFiles } from './tower-files.js';

/** The largest that are known have half of it. */
const LIMITS = { bytes: 2 ** 26, values: 2 ** 22 };
/** Of tokens: fewer are no text, and more are no caption. */
const [MIN_LENGTH, MAX_LENGTH] = [2, 4096];

/** A tokenizer with the layout of its tower. */
export interface TowerTokenizer {
  readonly tokenizer: TextTokenizer;
  readonly layout: TokenLayout;
  /** SHA-256 of the file and of the layout, lower-case hex. */
  readonly sha256: string;
}

/**
 * Reads the tokenizer of a tower, and what `tokenizer_config.json` and `config.json` say of length and padding.
 *
 * @param fixedLength tokens that the tower takes, where its file says so
 * @throws {NetworkError} for files that can't be read or used
 */
export async function readTokenizer(
  { model, tokenizer: path, folders }: TowerFiles,
  fixedLength: number | undefined,
): Promise<TowerTokenizer> {
  const { content, digest } = await readContent(path);
  const config = await readNearest(folders, 'tokenizer_config.json', tokenizerConfigSchema);
  const ofTower = await readNearest(folders, 'config.json', towerConfigSchema);
  const tokenizer = new TextTokenizer(path, content, withoutNulls(config ?? {}));
  const said = [
    ofTower?.text_config?.max_position_embeddings ?? ofTower?.max_position_embeddings,
    config?.model_max_length,
    content.truncation?.max_length,
  ];
  const length = fixedLength ?? shortest(said);
  if (length === undefined) {
    throw new NetworkError(
      `Nothing says how many tokens the text tower ${model} takes: put the config.json and tokenizer_config.json of its model beside it.`,
    );
  }
  const padToken = config?.pad_token ?? undefined;
  const pad = padToken === undefined ? content.padding?.pad_id : tokenizer.find(padToken);
  const layout = { length, pad, isPaddedLeft: config?.padding_side === 'left' };
  const sha256 = createHash('sha256')
    .update(`${digest} ${JSON.stringify([length, pad ?? null, layout.isPaddedLeft])}`)
    .digest('hex');
  return { tokenizer, layout, sha256 };
}

/** The least that a model may take; those without a limit of their own say 10³⁰. */
function shortest(said: readonly (number | null | undefined)[]): number | undefined {
  const lengths = said.filter(
    (each) => typeof each === 'number' && Number.isInteger(each) && each >= MIN_LENGTH && each <= MAX_LENGTH,
  ) as number[];
  return lengths.length === 0 ? undefined : Math.min(...lengths);
}

async function readContent(path: string): Promise<{ content: TokenizerContent; digest: string }> {
  let text: string;
  try {
    text = await readDocument(path, LIMITS.bytes);
  } catch (error) {
    throw new NetworkError(`${path} cannot be read (${whyUnread(error)}): check the file.`);
  }
  let value: unknown;
  try {
    value = parseJson(text, { values: LIMITS.values });
  } catch (error) {
    throw new NetworkError(`${path} ${describeJsonFault(error)}: fetch it again.`);
  }
  const parsed = tokenizerSchema.safeParse(value);
  if (parsed.success) {
    return { content: parsed.data, digest: createHash('sha256').update(text).digest('hex') };
  }
  throw new NetworkError(
    `${path} is no tokenizer that can be used (${describeIssue(parsed.error)}): fetch it again.`,
  );
}

interface Issues {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

function describeIssue({ issues: [{ path, message }] }: Issues): string {
  return path.length === 0 ? message : `${path.map(String).join('.').slice(0, 80)}: ${message}`;
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: Issues };
}

/** The first of some folders' files; undefined where there is none. */
async function readNearest<T>(
  folders: readonly string[],
  name: string,
  schema: Schema<T>,
): Promise<T | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    const value = await readJson(path);
    if (value === undefined) continue;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new NetworkError(`${path} cannot be used (${describeIssue(parsed.error)}): fetch it again.`);
  }
  return undefined;
}

/** The package takes what is null for what is given. */
function withoutNulls(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}
