import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRepeats } from '../../../src/images/labels/find-repeats.js';
import { parseJsonLines } from '../../../src/images/labels/json-lines.js';
import { LabelRows } from '../../../src/images/labels/label-rows.js';
import { parseLabelTable, type TableRequest } from '../../../src/images/labels/label-table.js';
import { matchPaths } from '../../../src/images/labels/match-paths.js';
import { decodeText } from '../../../src/images/labels/table-text.js';
import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';

/** In pieces of so many bytes. */
async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const csv = (text: string, request?: TableRequest, size = 7) =>
  parseLabelTable('t.csv', decodeText(inPieces(text, size)), request);
const jsonl = (text: string, request?: TableRequest, size = 7) =>
  parseJsonLines('t.jsonl', decodeText(inPieces(text, size)), request);
const contentOf = ({ rows }: { rows: LabelRows }) =>
  Array.from({ length: rows.size }, (_, row) => [rows.path(row), rows.label(row)]);

describe('a table that comes in pieces', () => {
  it.each([1, 2, 3, 5, 64])('of %i bytes is the same table', async (size) => {
    const text =
      '\ufeff\r\n\nfile,label\r\n"é, ""1"".png",cät\r\n\r\n ./b.png , "two\nlines" \r\nc.png\r\n日本.png,\r\n🐈.png,cät';
    expect(contentOf(await csv(text, {}, size))).toEqual([
      ['é, "1".png', 'cät'],
      [' ./b.png ', 'two\nlines'],
      ['c.png', undefined],
      ['日本.png', undefined],
      ['🐈.png', 'cät'],
    ]);
    const lines = '\ufeff{"file": "é.png", "label": 1}\r\n\n{"file": "\\ud83d\\ude00.png", "label": "🐈"}';
    expect(contentOf(await jsonl(lines, {}, size))).toEqual([
      ['é.png', '1'],
      ['😀.png', '🐈'],
    ]);
  });
});

describe('a table has limits', () => {
  it.each([
    ['rows', { rows: 2 }, 't.csv has more than 2 rows: give it in parts.'],
    ['characters of paths', { pathLength: 8 }, /paths of more than 8 characters together: give it in parts/],
    ['classes', { classes: 2 }, /has more than 2 classes: name the column of classes with --label-column/],
  ])('of %s', async (_, limits, sentence) => {
    const text = 'a.png,x\nb.png,y\nc.png,z\n';
    await expect(csv(text, { limits })).rejects.toThrow(sentence);
    const lines = ['x', 'y', 'z'].map((label, i) => JSON.stringify({ path: `${i}.png`, label })).join('\n');
    await expect(jsonl(lines, { limits })).rejects.toThrow(/t\.jsonl has/);
    expect((await csv(text, { limits: { rows: 3, pathLength: 15, classes: 3 } })).rows.size).toBe(3);
  });

  it('of the length of a row', async () => {
    const limits = { rowLength: 30 };
    await expect(csv(`a.png,x\nb.png,"${'y'.repeat(40)}`, { limits })).rejects.toThrow(
      't.csv is not a CSV file (row 2 has more than 30 characters, or an open quote): correct that line.',
    );
    await expect(jsonl(`{"path": "a"}\n{"path": "${'y'.repeat(40)}"}\n`, { limits })).rejects.toThrow(
      'Line 2 of t.jsonl has more than 30 characters: remove what is not needed.',
    );
    await expect(csv(`path,label\na${',b'.repeat(10_000)}\n`, {}, 1000)).rejects.toThrow(
      'A row of t.csv has 10001 cells, and 10000 are the most: keep the columns of paths and labels.',
    );
  });

  it('of what it is read from', async () => {
    const folder = pictureFolder(['set/a.png', 'set/b.png']);
    const labelsFrom = (labels: string) => openImages(join(folder, 'set'), { labels });
    symlinkSync('/dev/zero', join(folder, 'endless.csv'));
    await expect(labelsFrom(join(folder, 'endless.csv'))).rejects.toThrow(
      /The table .*endless\.csv cannot be read \(it is not a regular file\): check the file\./,
    );
    execFileSync('mkfifo', [join(folder, 'pipe.csv')]);
    await expect(labelsFrom(join(folder, 'pipe.csv'))).rejects.toThrow(/it is not a regular file/);
  });
});

describe('rows of a table', () => {
  it('stay as they are over many blocks', () => {
    const rows = new LabelRows('t');
    const pathOf = (row: number) => `${'é'.repeat(row % 3)}/${row}.png`;
    for (let row = 0; row < 10_000; row++) rows.add(pathOf(row), row % 7 === 0 ? undefined : `c${row % 5}`);
    rows.add('\ud800.png', '');
    const wrong = Array.from({ length: 10_000 }, (_, row) => row).filter(
      (row) =>
        rows.path(row) !== pathOf(row) || rows.label(row) !== (row % 7 === 0 ? undefined : `c${row % 5}`),
    );
    expect(wrong).toEqual([]);
    expect([rows.size, rows.labeled, rows.path(10_000), rows.label(10_000)]).toEqual([
      10_001,
      8571,
      '\ud800.png',
      undefined,
    ]);
  });

  it('that are the same are found, by keys and not by hashes', () => {
    const keys = ['a', 'b', 'a', 'c', 'b', 'a', 'd'];
    expect(findRepeats(keys.length, (place) => keys[place])).toEqual([2, 4]);
    // Two names of one hash (FNV-1a).
    const same = ['costarring', 'liquid'];
    expect(findRepeats(2, (place) => same[place])).toEqual([]);
    expect(findRepeats(4, (place) => same[place % 2])).toEqual([2, 3]);
  });

  it.each([
    ['/a/b/1.png', '/a/c/2.png'],
    ['/1.png', 'x/2.png'],
    ['a/1.png', 'b/2.png'],
  ])('are matched below %s and %s', (one, other) => {
    const rows = new LabelRows('t');
    for (const path of [one, other]) rows.add(path, 'x');
    expect(matchPaths(rows, ['2.png', '1.png'])).toMatchObject({ found: 2, rows: Int32Array.of(1, 0) });
  });
});

it('metadata of 300,000 rows labels the pictures that are there', async () => {
  const lines = Array.from({ length: 300_000 }, (_, i) => `{"file_name":"${i}.png","label":${i % 3}}\n`);
  const source = await openImages(
    pictureFolder({ '7.png': dot(1), '299999.png': dot(2), 'metadata.jsonl': lines.join('') }),
  );
  expect(source.classNames).toEqual(['1', '2']);
  expect(source.entries).toEqual([
    { id: '299999.png', label: 1 },
    { id: '7.png', label: 0 },
  ]);
});
