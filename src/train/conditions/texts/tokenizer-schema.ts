import { z } from 'zod';

/** Of tokens, which embeddings of that many rows have: far above any vocabulary. */
const MAX_ID = 2 ** 22;
const MAX_TOKEN_LENGTH = 1000;
const MAX_PARTS = 32;
const MAX_ADDED = 10_000;
const MAX_PATTERN_LENGTH = 10_000;
/** By how much normalizers may make a text longer. */
const MAX_GROWTH = 256;

const id = z.int().min(0).max(MAX_ID);
const text = z.string().max(MAX_TOKEN_LENGTH);
const pattern = z.union([
  z.object({ Regex: z.string().max(MAX_PATTERN_LENGTH) }),
  z.object({ String: z.string().min(1).max(MAX_PATTERN_LENGTH) }),
]);

/** A part of a tokenizer, of whose settings others than these are left as they are. */
interface Part {
  readonly type: string;
  readonly content?: string;
  readonly prepend?: string;
  readonly lowercase?: boolean;
  readonly normalizers?: readonly Part[];
}

const normalizer: z.ZodType<Part> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({
      type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD', 'Strip', 'StripAccents', 'Lowercase', 'Precompiled']),
    }),
    z.looseObject({ type: z.literal('BertNormalizer'), lowercase: z.boolean().optional() }),
    z.looseObject({ type: z.literal('Replace'), pattern, content: text }),
    z.looseObject({ type: z.literal('Prepend'), prepend: text }),
    z.looseObject({ type: z.literal('Sequence'), normalizers: z.array(normalizer).max(MAX_PARTS) }),
  ]),
);

const preTokenizer: z.ZodType<unknown> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({
      type: z.enum([
        'BertPreTokenizer',
        'ByteLevel',
        'Digits',
        'Metaspace',
        'Punctuation',
        'Whitespace',
        'WhitespaceSplit',
      ]),
    }),
    z.looseObject({ type: z.literal('Split'), pattern, behavior: z.string() }),
    z.looseObject({ type: z.literal('Sequence'), pretokenizers: z.array(preTokenizer).max(MAX_PARTS) }),
  ]),
);

const ending = z.tuple([text, id]);
const postProcessor: z.ZodType<unknown> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('ByteLevel') }),
    z.looseObject({ type: z.enum(['RobertaProcessing', 'BertProcessing']), cls: ending, sep: ending }),
    z.looseObject({
      type: z.literal('TemplateProcessing'),
      single: z.array(z.looseObject({})).max(MAX_PARTS),
    }),
    z.looseObject({ type: z.literal('Sequence'), processors: z.array(postProcessor).max(MAX_PARTS) }),
  ]),
);

// One check for each, not an issue for each wrong entry of millions.
const isText = (value: unknown) => typeof value === 'string' && value.length <= MAX_TOKEN_LENGTH;
const isPair = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isText);
const isScored = (value: unknown) =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && Number.isFinite(value[1]);

const vocab = z.custom<Readonly<Record<string, number>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([token, at]) => isText(token) && id.safeParse(at).success),
  { error: 'a vocabulary of tokens and their numbers is expected' },
);
const merges = z.custom<readonly (string | readonly [string, string])[]>(
  (value) => Array.isArray(value) && (value.every(isText) || value.every(isPair)),
  { error: 'a list of pairs of tokens is expected' },
);
const scored = z.custom<readonly (readonly [string, number])[]>(
  (value) => Array.isArray(value) && value.length <= MAX_ID && value.every(isScored),
  { error: 'a list of tokens and their scores is expected' },
);
const model = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('BPE'), vocab, merges, end_of_word_suffix: text.nullish() }),
  z.looseObject({ type: z.literal('WordPiece'), vocab, continuing_subword_prefix: text }),
  z.looseObject({ type: z.literal('Unigram'), vocab: scored, unk_id: id.nullish() }),
]);

/** A `tokenizer.json` of the kinds that text towers have. It is written by others, so what could grow without end is bounded. */
export const tokenizerSchema = z.looseObject({
  model,
  normalizer: normalizer.nullable().refine((part) => growthOf(part) <= MAX_GROWTH, {
    error: 'replaces that make texts too long',
  }),
  pre_tokenizer: preTokenizer.nullable(),
  post_processor: postProcessor.nullable(),
  added_tokens: z
    .array(z.looseObject({ id, content: text.min(1) }))
    .max(MAX_ADDED)
    .default([]),
  truncation: z.looseObject({ max_length: z.number() }).nullish(),
  padding: z.looseObject({ pad_id: id }).nullish(),
});

export type TokenizerContent = z.infer<typeof tokenizerSchema>;

const token = z.union([z.string(), z.looseObject({ content: z.string() }).transform((each) => each.content)]);

/** What is read of a `tokenizer_config.json`. */
export const tokenizerConfigSchema = z.looseObject({
  pad_token: token.nullish(),
  model_max_length: z.number().nullish(),
  padding_side: z.string().nullish(),
  do_lowercase_and_remove_accent: z.boolean().nullish(),
});

const positions = z.number().nullish();
/** What is read of a `config.json`. */
export const towerConfigSchema = z.looseObject({
  max_position_embeddings: positions,
  text_config: z.looseObject({ max_position_embeddings: positions }).nullish(),
});

/** The most that a normalizer may multiply the length of a text by. A pattern may be found before every character. */
function growthOf(part: Part | null): number {
  if (!part) return 1;
  const { normalizers = [], content = '' } = part;
  return normalizers.reduce((product, each) => product * growthOf(each), 1 + content.length);
}

/** Whether a normalizer makes letters small. */
export function isLowering(part: Part | null): boolean {
  if (!part) return false;
  return (
    part.type === 'Lowercase' ||
    (part.type === 'BertNormalizer' && part.lowercase !== false) ||
    (part.normalizers ?? []).some(isLowering)
  );
}
