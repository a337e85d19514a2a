import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder } from '../../../../src/onnx/graph.js';
import type { TensorData } from '../../../../src/onnx/tensor.js';

/** The tower of transformers, with `expected.json`. */
export const CLIP_TEXT = fileURLToPath(new URL('../../../../fixtures/onnx/clip-text', import.meta.url));

const WORDS = ['[PAD]', '[UNK]', '[CLS]', 'a', 'red', 'bird'];

export const WORD_TOKENIZER = {
  model: {
    type: 'WordPiece',
    vocab: Object.fromEntries(WORDS.map((word, i) => [word, i])),
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
  },
  normalizer: { type: 'Lowercase' } as object,
  pre_tokenizer: { type: 'WhitespaceSplit' } as object,
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  },
  added_tokens: [] as object[],
};

export const WORD_CONFIG = { pad_token: '[PAD]' as string | undefined, model_max_length: 4 };

/** How a tower differs from one that gives the mean of its tokens' rows, padding and all. */
export interface TowerChanges {
  readonly ids?: { readonly name?: string; readonly type?: 'int64' | 'int32' | 'float32' };
  readonly batch?: number;
  readonly other?: string;
  readonly output?: string;
  readonly isFlat?: boolean;
  /** Row of each of six tokens. @default the token's number and 1 */
  readonly rows?: TensorData;
}

const ROWS: TensorData = {
  type: 'float32',
  shape: [6, 2],
  data: Float32Array.from([0, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1]),
};

/** A tower of words without a mask, as SigLIP has none. */
export function towerBytes({
  ids: { name = 'input_ids', type = 'int64' } = {},
  batch,
  other,
  output = 'pooler_output',
  isFlat = true,
  rows = ROWS,
}: TowerChanges = {}): Uint8Array {
  const graph = new GraphBuilder('tower', { opset: 18 });
  const ids = graph.input(name, type, [batch ?? 'n', 'length']);
  if (other !== undefined) graph.input(other, 'float32', ['n', 3, 8, 8]);
  const taken = graph.node('Gather', [graph.constant(rows), graph.cast(ids, 'int64')]);
  const mean = graph.node('ReduceMean', [taken, graph.integers([1])], { keepdims: 0 });
  if (isFlat) graph.output(output, mean, 'float32', ['n', 2]);
  else graph.output(output, taken, 'float32', ['n', 'length', 2]);
  return graph.toBytes();
}

/** Writes a tower of words with its files, as they are given. */
export function writeTower(
  folder: string,
  files: {
    readonly model?: Uint8Array;
    readonly tokenizer?: object | string;
    readonly config?: object;
  } = {},
): string {
  const { model = towerBytes(), tokenizer = WORD_TOKENIZER, config = WORD_CONFIG } = files;
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  write('model.onnx', model);
  write('tokenizer.json', typeof tokenizer === 'string' ? tokenizer : JSON.stringify(tokenizer));
  write('tokenizer_config.json', JSON.stringify(config));
  return folder;
}

/** The tower of transformers with other files beside it. */
export function copyClipText(folder: string, files: Readonly<Record<string, string>> = {}): string {
  cpSync(CLIP_TEXT, folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
