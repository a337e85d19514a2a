import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConditions } from '../../../../src/train/conditions/read-conditions.js';
import { textsFile } from '../../../../src/train/conditions/side-files.js';
import { readTexts } from '../../../../src/train/conditions/texts/text-table.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-texts-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string): Promise<[name: string, text: string][]> {
  const path = join(folder, 'table');
  await writeFile(path, content);
  const { rows, textOf } = await readTexts(path);
  return Array.from({ length: rows.size }, (_, row) => [rows.path(row), textOf(row)]);
}

describe('a table of texts', () => {
  it('is a CSV with a column text', async () => {
    const csv = '\ufefffile,split,text\na.png,train,"A ""red"" bird,\nflying"\nb.png,test, cold \n';
    expect(await read(csv)).toEqual([
      ['a.png', 'A "red" bird,\nflying'],
      ['b.png', 'cold'],
    ]);
  });

  it('is JSON lines as of Hugging Face', async () => {
    const lines = [
      { file_name: '0001.png', text: 'un oiseau étonné' },
      { extra: [1], text: '赤い鳥', file_name: 'x/2.png' },
    ];
    expect(await read(`${lines.map((line) => JSON.stringify(line)).join('\n\n')}\n`)).toEqual([
      ['0001.png', 'un oiseau étonné'],
      ['x/2.png', '赤い鳥'],
    ]);
  });

  it('is written with the samples as it is read', async () => {
    const texts = ['-5 °C, "cold"', "'=1", '=1+1', 'a\nb'];
    const { head, rowOf } = textsFile((sample) => texts[sample]);
    const rows = texts.map((_, i) => rowOf(new Float32Array(0), `${i}.png`, i));
    expect((await read(Buffer.concat([head, ...rows]).toString())).map(([, text]) => text)).toEqual(texts);
  });

  it.each<[string, RegExp]>([
    ['', /has no texts: give a header of file,text/],
    ['file,text\n', /has no texts/],
    ['file,caption\na.png,b\n', /has no column text: give a header of file,text/],
    ['text\nb\n', /has no column text/],
    ['file,text\na.png,x\nb.png, \n', /^The row 3 of .* has no text: write one, or leave the picture out/],
    ['file,text\na.png\n', /^The row 2 of .* has no text/],
    ['file,text\n,b\n', /^The row 2 of .* has no name of a file/],
    ['{"file_name":"a","text":"b"}\n{"file_name":"c"}\n', /^The line 2 of .* has no text/],
    ['{"file_name":"a","text":"b"}\n[1]\n', /^The line 2 of .* is no JSON object/],
    ['{"file_name":"a","text":"b"}\nx\n', /^The line 2 of .* is no JSON object: write \{"file_name"/],
    ['{"text":"b"}\n', /^The line 1 of .* has no name of a file/],
  ])('is refused: %j', async (content, says) => {
    await expect(read(content)).rejects.toThrow(says);
  });

  it('has a text for each picture, and goes with a tower', async () => {
    const texts = join(folder, 'table');
    await writeFile(texts, 'file,text\na.png,b\n');
    const pictures = { ids: ['a.png', 'c.png'], readSizes: async () => [] };
    await expect(readConditions({ texts, textTower: folder }, pictures, {})).rejects.toThrow(
      /has no texts of 1 of the 2 pictures \(c\.png\)/,
    );
    await expect(readConditions({ texts }, pictures, {})).rejects.toThrow(
      '--texts needs the network that embeds texts: name it with --text-tower.',
    );
    await expect(readConditions({ textTower: folder }, pictures, {})).rejects.toThrow(
      '--text-tower embeds texts: name them with --texts, or leave it out.',
    );
    await expect(
      readConditions({ texts, textTower: folder, embeddings: 'e.npy' }, pictures, {}),
    ).rejects.toThrow('--texts and --embeddings both give embeddings: leave one of them out.');
  });
});
