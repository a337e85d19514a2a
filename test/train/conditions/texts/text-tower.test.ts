import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runtimeVersion } from '../../../../src/onnx/runtime.js';
import { embedTexts } from '../../../../src/train/conditions/texts/embed-texts.js';
import { readTokenizer } from '../../../../src/train/conditions/texts/read-tokenizer.js';
import { TextTokenizer } from '../../../../src/train/conditions/texts/text-tokenizer.js';
import { openTextTower } from '../../../../src/train/conditions/texts/text-tower.js';
import { tokenizerSchema } from '../../../../src/train/conditions/texts/tokenizer-schema.js';
import { findTower } from '../../../../src/train/conditions/texts/tower-files.js';
import {
  CLIP_TEXT,
  copyClipText,
  towerBytes,
  WORD_CONFIG,
  WORD_TOKENIZER,
  writeTower,
} from './write-tower.js';

let folder: string;
let made = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-towers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fresh = () => join(folder, String(made++));
type Files = Parameters<typeof writeTower>[1];

async function embed(texts: readonly string[], files: Files = {}) {
  const tower = await openTextTower(writeTower(fresh(), files), { threads: 1 });
  try {
    return await tower.embed(texts);
  } finally {
    await tower.close();
  }
}

/** Divided by their length. */
const units = (...rows: readonly (readonly number[])[]) =>
  rows.flatMap((row) => row.map((each) => Math.fround(each / Math.hypot(...row))));

describe("transformers' CLIP", () => {
  interface Row {
    readonly text: string;
    readonly ids: readonly number[];
    readonly tokens: number;
    readonly embedding: readonly number[];
  }
  const rows: readonly Row[] = JSON.parse(readFileSync(join(CLIP_TEXT, 'expected.json'), 'utf8'));

  it('has the same tokens of hard texts', async () => {
    const { tokenizer, layout } = await readTokenizer(await findTower(CLIP_TEXT), undefined);
    const all = tokenizer.encode(
      rows.map(({ text }) => text),
      layout,
    );
    for (const [i, { text, ids, tokens }] of rows.entries()) {
      expect(all[i].ids, text).toEqual(ids);
      expect(all[i].isCut, text).toBe(tokens > layout.length);
      expect(all[i].isPadding.filter((each) => !each).length, text).toBe(Math.min(tokens, layout.length));
    }
  });

  it('has the same embeddings within 1e-5, by its folder and by its file', async () => {
    for (const path of [CLIP_TEXT, join(CLIP_TEXT, 'onnx/text_model.onnx')]) {
      const tower = await openTextTower(path, { threads: 1 });
      const { width, values, cut } = await tower.embed(rows.map(({ text }) => text));
      await tower.close();
      expect(width).toBe(6);
      expect(cut).toBe(rows.filter(({ tokens }) => tokens > 16).length);
      for (const [i, each] of rows.flatMap(({ embedding }) => embedding).entries()) {
        expect(Math.abs(values[i] - each)).toBeLessThan(1e-5);
      }
    }
  });

  it('gives a text the same bits whatever stands beside it', async () => {
    const tower = await openTextTower(CLIP_TEXT, { threads: 1 });
    const { values: alone } = await tower.embed(['a red bird']);
    const { values } = await tower.embed(['they fly', 'a red bird', ...rows.map(({ text }) => text)]);
    await tower.close();
    expect(values.slice(6, 12)).toEqual(alone);
  });
});

describe('a tower without a mask', () => {
  it('sees the padding of its tokenizer, cut to the length', async () => {
    // [CLS] red bird [PAD], [CLS] a red bird, [CLS] and three of six words.
    const texts = ['Red bird', 'a red bird', 'a a a bird bird bird'];
    const { values, cut } = await embed(texts);
    expect([...values]).toEqual(units([11 / 4, 1], [14 / 4, 1], [11 / 4, 1]));
    expect(cut).toBe(1);
  });

  it('may pad in front, take int32, and take a fixed number of texts', async () => {
    const texts = ['red', 'a', 'bird', 'a bird'];
    const { values: plain } = await embed(texts);
    expect([...plain.slice(0, 2)]).toEqual(units([6 / 4, 1]));
    const left = { ...WORD_CONFIG, padding_side: 'left' };
    expect((await embed(texts, { config: left })).values).toEqual(plain);
    const model = towerBytes({ ids: { type: 'int32' }, batch: 3 });
    expect((await embed(texts, { model })).values).toEqual(plain);
  });

  it.each<[string, Files, RegExp]>([
    [
      'another input',
      { model: towerBytes({ other: 'pixel_values' }) },
      /takes input_ids \(int64 \[n, length\]\), pixel_values .*: give a text tower alone/,
    ],
    [
      'no input_ids',
      { model: towerBytes({ ids: { name: 'x' } }) },
      /takes x \(int64 .*: give a text tower alone/,
    ],
    [
      'input_ids with fractions',
      { model: towerBytes({ ids: { type: 'float32' } }) },
      /give a text tower with int64/,
    ],
    [
      'no embedding',
      { model: towerBytes({ output: 'last', isFlat: false }) },
      /gives last \(float32 \[n, length, 2\]\): give a text tower with its projection/,
    ],
    [
      'an output that is none',
      { model: towerBytes({ isFlat: false }) },
      /gives pooler_output of \[32, 4, 2\] for 32 texts/,
    ],
    [
      'a damaged weight',
      {
        model: towerBytes({
          rows: { type: 'float32', shape: [6, 2], data: new Float32Array(12).fill(Number.NaN) },
        }),
      },
      /gives an embedding that is not finite, or all 0, for the text "bird"/,
    ],
    [
      'fewer rows than tokens',
      { model: towerBytes({ rows: { type: 'float32', shape: [2, 2], data: new Float32Array(4) } }) },
      /failed to run/,
    ],
    ['no model', { model: Uint8Array.of(1, 2, 3) }, /is not a whole ONNX model/],
    ['no padding', { config: { ...WORD_CONFIG, pad_token: null } }, /names no token for padding/],
    [
      'no length',
      { config: { pad_token: '[PAD]', model_max_length: 1e30 } },
      /Nothing says how many tokens the text tower/,
    ],
    ['no JSON', { tokenizer: '{' }, /tokenizer\.json is not JSON .*: fetch it again/],
    ['another document', { tokenizer: { version: '1.0' } }, /is no tokenizer that can be used \(model: /],
    [
      'an unknown part',
      { tokenizer: { ...WORD_TOKENIZER, pre_tokenizer: { type: 'FixedLength', length: 0 } } },
      /is no tokenizer that can be used \(pre_tokenizer/,
    ],
    [
      'letters that become long texts',
      {
        tokenizer: {
          ...WORD_TOKENIZER,
          normalizer: { type: 'Replace', pattern: { String: 'a' }, content: 'b'.repeat(300) },
        },
      },
      /replaces that make texts too long/,
    ],
    [
      'tokens without numbers',
      { tokenizer: { ...WORD_TOKENIZER, model: { ...WORD_TOKENIZER.model, vocab: { a: -1 } } } },
      /a vocabulary of tokens and their numbers is expected/,
    ],
    [
      'a pattern that is none',
      {
        tokenizer: {
          ...WORD_TOKENIZER,
          pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' },
        },
      },
      /The tokenizer .* cannot be used \(/,
    ],
    ['deep nesting', { tokenizer: `${'['.repeat(5000)}` }, /nests lists or objects more than 100 deep/],
  ])('is refused for %s', async (_what, files, says) => {
    await expect(embed(['bird'], files)).rejects.toThrow(says);
  });

  it('is refused where files are missing or have no end', async () => {
    await expect(openTextTower(join(folder, 'none'))).rejects.toThrow(/does not exist or cannot be read/);
    await expect(openTextTower(join(folder))).rejects.toThrow(/has no text tower/);
    const huge = writeTower(fresh());
    truncateSync(join(huge, 'tokenizer.json'), 2 ** 33);
    await expect(openTextTower(huge)).rejects.toThrow(/tokenizer\.json cannot be read \(it has \d+ bytes/);
    const bare = join(folder, 'deep/er');
    cpSync(writeTower(fresh()), bare, { recursive: true });
    rmSync(join(bare, 'tokenizer.json'));
    await expect(openTextTower(bare)).rejects.toThrow(/has no tokenizer\.json beside it or one folder up/);
  });

  it('is refused for a pattern that does not end', () => {
    const pre_tokenizer = { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated' };
    const content = tokenizerSchema.parse({ ...WORD_TOKENIZER, pre_tokenizer });
    const tokenizer = new TextTokenizer('t.json', content, {}, 100);
    expect(() => tokenizer.encode([`${'a'.repeat(60)}!`], { length: 4, pad: 0 })).toThrow(
      'The tokenizer t.json takes more than 0.1 s for a few texts: take the one of the model that the tower was exported from.',
    );
    expect(tokenizer.encode(['a'], { length: 4, pad: 0 })[0].ids).toEqual([2, 3, 0, 0]);
  });
});

describe('embeddings of texts', () => {
  it('are computed once for each text, kept, and looked up', async () => {
    const path = copyClipText(fresh());
    const texts = Array.from({ length: 300 }, (_, i) => `bird ${i % 270}`);
    const notes: string[] = [];
    const hooks = { onNote: (note: string) => notes.push(note) };
    const cacheDir = join(folder, 'cache');
    const run = async () => {
      const tower = await openTextTower(path, { threads: 1 });
      let embedded = 0;
      const counted = {
        ...{ path, form: tower.form, length: tower.length, close: () => tower.close() },
        embed: (some: readonly string[]) => {
          embedded += some.length;
          return tower.embed(some);
        },
      };
      const { rowOf } = await embedTexts([...texts, 'bird '.repeat(99)], counted, { cacheDir }, hooks);
      await tower.close();
      return { embedded, rows: [0, 5, 269, 270, 300].map((row) => [...rowOf(row)]) };
    };
    const first = await run();
    expect(first.embedded).toBe(271);
    expect(first.rows[3]).toEqual(first.rows[0]);
    expect(await run()).toEqual({ embedded: 0, rows: first.rows });
    // Those of another runtime, which has other last bits, are others.
    const indices = readdirSync(join(cacheDir, 'features'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('index.json'),
    );
    expect(indices).toHaveLength(2);
    const [index] = readFileSync(join(cacheDir, 'features', indices[0]), 'utf8').split('\n');
    expect(JSON.parse(index).content).toMatchObject({ kind: 'texts', runtime: runtimeVersion() });
    const note =
      '1 of the 271 different texts is longer than the 16 tokens that the text tower takes, and was cut.';
    expect(notes).toEqual([note, note]);
    // Another tokenizer is another tower, even where it has the same tokens.
    writeFileSync(
      join(path, 'tokenizer.json'),
      readFileSync(join(path, 'tokenizer.json'), 'utf8').concat(' '),
    );
    expect((await run()).embedded).toBe(271);
  });
});
