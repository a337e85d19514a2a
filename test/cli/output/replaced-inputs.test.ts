import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.js';
import { dispatch } from '../../../src/cli/parsing/dispatch.js';
import { UsageError } from '../../../src/core/errors.js';
import { importWeights } from '../../../src/networks/import/import-weights.js';

const folder = mkdtempSync(join(tmpdir(), 'ganeval-replaced-'));
const at = (...names: string[]) => join(folder, ...names);
const CONTENT = 'as it was';

beforeAll(() => {
  mkdirSync(at('set', 'cat'), { recursive: true });
  mkdirSync(at('part'));
  mkdirSync(at('run'));
  const files = ['lab.csv', 'base.json', 'ref.npz', 'a.json', 'b.json', 'rules.json', 'list.csv', 'net.onnx'];
  const inside = [
    'set/cat/00.png',
    'set/metadata.csv',
    'set/old.json',
    'part/part.json',
    'run/checkpoint.safetensors',
  ];
  const beside = ['net.json', 'net.onnx.data', 'set.zip', 'real.png'];
  for (const file of [...files, ...inside, ...beside]) writeFileSync(at(file), CONTENT);
  writeFileSync(at('config.json'), JSON.stringify({ labels: 'lab.csv' }));
  symlinkSync(at('lab.csv'), at('link.csv'));
  linkSync(at('lab.csv'), at('hard.csv'));
  symlinkSync(at('set', 'cat', '00.png'), at('picture.json'));
  symlinkSync(at('set'), at('set-link'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The command line, in which {name} is a file of the folder. */
const words = (line: string) =>
  line.split(' ').map((word) => word.replace(/\{(.*)\}/, (_all, name: string) => at(name)));

describe('an output that would replace an input of the same command', () => {
  const CASES: readonly (readonly [line: string, file: string, reason: RegExp])[] = [
    [
      'score {set} --labels {lab.csv} --csv {lab.csv}',
      'lab.csv',
      /--csv would replace .*lab\.csv, which this command reads by --labels: name/,
    ],
    ['score {set} --labels {lab.csv} --csv {link.csv}', 'lab.csv', /reads by --labels .*lab\.csv/],
    ['score {set} --labels {lab.csv} --csv {hard.csv}', 'lab.csv', /reads by --labels/],
    ['score {set} --config {config.json} --csv {lab.csv}', 'lab.csv', /reads by --labels/],
    ['score {set} --config {config.json} --json {config.json}', 'config.json', /reads by --config/],
    ['score {set} --reference {ref.npz} --json {ref.npz}', 'ref.npz', /reads by --reference/],
    ['score {set} --class-map {a.json} --json {a.json}', 'a.json', /reads by --class-map/],
    ['score {set} --model {net.onnx} --json {net.json}', 'net.json', /reads by --model/],
    ['score {set} --model {net.onnx} --json {net.onnx.data}', 'net.onnx.data', /reads by --model/],
    ['score {list.csv} --csv {list.csv}', 'list.csv', /which this command reads: name another file/],
    ['score {set} --json {set/cat/00.png}', 'set/cat/00.png', /would replace .*, a picture: name/],
    ['score {list.csv} --json {real.png}', 'real.png', /would replace .*, a picture: name/],
    ['score {set} --json {picture.json}', 'set/cat/00.png', /would replace .*, a picture: name/],
    ['score {set} --json {set.zip}', 'set.zip', /would replace .*, a file of pictures: name/],
    ['score {set-link} --csv {set/metadata.csv}', 'set/metadata.csv', /which this command reads by /],
    ['ablate {set} {list.csv} --csv {list.csv}', 'list.csv', /which this command reads: name/],
    ['gate {set} --baseline {base.json} --json {base.json}', 'base.json', /reads by --baseline/],
    [
      'gate {set} --baseline {base.json} --rules {rules.json} --markdown {rules.json}',
      'rules.json',
      /reads by --rules/,
    ],
    ['gate {a.json} --baseline {a.json} --update', 'a.json', /--baseline would replace/],
    ['gate {set} --reference {ref.npz} --baseline {ref.npz} --update', 'ref.npz', /reads by --reference/],
    ['compare {a.json} {b.json} --json {a.json}', 'a.json', /which this command reads: name/],
    ['merge {part} --json {part/part.json}', 'part/part.json', /which this command reads by /],
    ['stats {ref.npz} --features -o {ref.npz}', 'ref.npz', /--output would replace/],
    [
      'sample {run/checkpoint.safetensors} -n 5 -o {run/checkpoint.safetensors}',
      'run/checkpoint.safetensors',
      /--out would replace/,
    ],
    ['train classifier {list.csv} -o {new.onnx} --log {list.csv}', 'list.csv', /--log would replace/],
  ];
  it.each(CASES)('%s', async (line, file, reason) => {
    const before = readFileSync(at(file), 'utf8');
    const error: unknown = await dispatch(words(line)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(reason);
    expect(readFileSync(at(file), 'utf8')).toBe(before);
  });

  it.each(['score {set} --json {set/old.json}', 'gate {set} --baseline {base.json} --update'])(
    'is none in %s',
    async (line) => {
      const error: unknown = await dispatch(words(line)).catch((thrown) => thrown);
      expect(String(error)).toMatch(/00\.png/);
    },
  );

  it('is the file of a network in the store', async () => {
    const own = importWeights(at('net.onnx'), { name: 'net', modelsDir: folder });
    await expect(own).rejects.toThrow(/is the file of the network net in the store.*--name/);
  });
});

it('every command knows which of its options name files of reports', async () => {
  const entries = COMMANDS.flatMap((entry) => [entry, ...(entry.commands ?? [])]);
  for (const entry of entries) {
    if (!('load' in entry)) continue;
    const { options = {}, outputs } = await entry.load();
    const reports = Object.keys(options).filter((flag) => options[flag].group === 'Reports:');
    expect([...(outputs?.({}) ?? [])], entry.usage).toEqual(expect.arrayContaining(reports));
  }
});
