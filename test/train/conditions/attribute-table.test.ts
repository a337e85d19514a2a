import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAskedConditions } from '../../../src/train/conditions/asked-conditions.js';
import { type AttributeTable, readAttributes } from '../../../src/train/conditions/attribute-table.js';
import { readConditions } from '../../../src/train/conditions/read-conditions.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-attributes-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string, name = 'table.csv'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const values = (table: AttributeTable) =>
  Array.from({ length: table.rows.size }, (_, row) => [
    table.rows.path(row),
    ...table.names.map((_name, at) => table.valueOf(row, at)),
  ]);

describe('readAttributes', () => {
  const wanted = [
    ['a.png', 1, 0],
    ['b.png', 0, 1],
  ];

  it.each([
    ['0 and 1', 'file,Smiling,"Eyes, blue"\na.png,1,0\nb.png, 0,1\n'],
    ['-1 and 1', '\ufefffile,Smiling,"Eyes, blue"\r\na.png,1,-1\r\nb.png,-1,1\r\n'],
  ])('reads a CSV of %s', async (_, text) => {
    const table = await readAttributes(await file(text));
    expect(table.names).toEqual(['Smiling', 'Eyes, blue']);
    expect(values(table)).toEqual(wanted);
  });

  it('reads the form of CelebA, with its count, its names without that of the file, and its spaces', async () => {
    const table = await readAttributes(
      await file('2\nSmiling Eyes \na.png  1 -1\nb.png -1  1\n', 'list.txt'),
    );
    expect(table.names).toEqual(['Smiling', 'Eyes']);
    expect(values(table)).toEqual(wanted);
  });

  it.each([
    [
      'file,Smiling\na.png,2\n',
      /^The row 2 of .* has "2" for Smiling: an attribute is 0 or 1, or -1 or 1\.$/,
    ],
    ['file,Smiling\na.png,\n', /has "" for Smiling/],
    ['file,Smiling\na.png,NaN\n', /has "NaN"/],
    ['file,Smiling\na.png,-1\nb.png,0\n', /^The row 3 of .* has "0" .*below 1 were -1 before/],
    ['file,Smiling\na.png,1,0\n', /has 2 values for 1 attributes/],
    ['file,Smiling\n,1\n', /has no name of a file/],
    ['file,Smiling,Smiling\na.png,1,0\n', /has the attribute "Smiling" twice/],
    ['file,Smiling,\na.png,1,0\n', /has a column 3 without a name/],
    ['file\na.png\n', /names 0 attributes/],
    ['file,Smiling\n', /has no rows of attributes/],
    ['', /has no rows of attributes/],
    ['3\nSmiling\na.png 1\n', /says that it has 3 pictures and has 1/],
    ['1\nSmiling Eyes\na.png 1\n', /^The line 3 of .* has 1 values for 2 attributes/],
    ['file,Smiling\n"a.png,1\n', /is not a CSV file/],
  ])('refuses %j', async (text, says) => {
    await expect(readAttributes(await file(text))).rejects.toThrow(says);
  });
});

describe('readConditions', () => {
  it('gives each picture its own row, and says which rows are left out', async () => {
    const notes: string[] = [];
    const attributes = await file('file,A,B\nb.png,0,1\nz.png,1,1\na.png,1,0\n');
    const { form, values: vectors } = await readConditions(
      { attributes },
      { ids: ['faces/a.png', 'faces/b.png'], readSizes: async () => [] },
      { onNote: (note) => notes.push(note) },
    );
    expect(form).toEqual({ attributes: ['A', 'B'] });
    expect([...vectors]).toEqual([1, 0, 0, 1]);
    expect(notes).toEqual([`${attributes} has 1 row without a picture, which is left out.`]);
  });

  it('says where names were compared without their extensions', async () => {
    const notes: string[] = [];
    const attributes = await file('file,A\nb.jpg,0\na.jpg,1\n');
    const pictures = { ids: ['a.png', 'b.png'], readSizes: async () => [] };
    const { values } = await readConditions({ attributes }, pictures, { onNote: (note) => notes.push(note) });
    expect([...values]).toEqual([1, 0]);
    expect(notes).toEqual([
      `The pictures were found in ${attributes} by file names alone, without folders and extensions.`,
    ]);
  });

  it.each([
    ['file,A\na.png,1\n', /has no attributes of 1 of the 2 pictures \(b\.png\)/],
    ['file,A\na.png,1\nb.png,1\na.png,0\n', /has more than one row for "a\.png"/],
  ])('refuses %j for a.png and b.png', async (text, says) => {
    const read = readConditions(
      { attributes: await file(text) },
      { ids: ['a.png', 'b.png'], readSizes: async () => [] },
      {},
    );
    await expect(read).rejects.toThrow(says);
  });
});

describe('readAskedConditions', () => {
  const form = { size: 8, conditions: { attributes: ['A', 'B'] } };
  it('takes the columns by their names, and rows in turn', async () => {
    const attributes = await file('file,B,C,A\n1,0,1,1\n2,1,0,0\n');
    const asked = await readAskedConditions({ attributes }, form, { run: 'run' });
    const sample = (i: number) => {
      const into = new Float32Array(2);
      asked?.fill(i, into);
      return [...into];
    };
    expect([sample(0), sample(1), sample(2)]).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    expect(await readAskedConditions({}, form, { run: 'run' })).toBeUndefined();
  });

  it('refuses what the generator does not take, and what it lacks', async () => {
    const attributes = await file('file,A\na,1\n');
    await expect(readAskedConditions({ attributes }, { size: 8 }, { run: 'run' })).rejects.toThrow(
      'The generator of run takes no attributes: leave --attributes out.',
    );
    await expect(readAskedConditions({ attributes }, form, { run: 'run' })).rejects.toThrow(
      /has no attribute "B"/,
    );
  });
});
