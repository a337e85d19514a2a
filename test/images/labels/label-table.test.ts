import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../src/archives/npy.js';
import { openImages } from '../../../src/images/open.js';
import { pictureFolder } from '../picture-folder.js';

const PICTURES = ['a.png', 'b.png', 'c.png'];
const CLASSES = ['cat', 'dog', 'cat'];

/** A table beside nothing. */
const tableOf = (text: string, name = 'labels.csv') => join(pictureFolder({ [name]: text }), name);

async function classesBy(text: string, pictures = PICTURES, options = {}) {
  const source = await openImages(pictureFolder(pictures), { labels: tableOf(text), ...options });
  return source.entries.map(({ label }) => source.classNames?.[label ?? -1]);
}

/** Rows of paths and classes. */
const rows = (separator: string, path = (name: string) => name) =>
  PICTURES.map((name, i) => [path(name), CLASSES[i]].join(separator)).join('\n');

describe('a table of labels', () => {
  it.each([
    ['path,class', ','],
    ['filename,label', ','],
    ['file,category', ','],
    ['file_name;class_name', ';'],
    ['Image\ttarget', '\t'],
    ['"Image Path";"Label"', ';'],
    ['name,y', ','],
    ['\ufeffimage_id,Class', ','],
    ['photo,label', ','],
    ['Datei;Klasse', ';'],
    ['\u753b\u50cf,\u30af\u30e9\u30b9', ','],
    ['', ','],
    ['', ';'],
    ['', '\t'],
  ])('may be headed %j, with cells separated by %j', async (heading, separator) => {
    const text = heading === '' ? rows(separator) : `${heading}\r\n${rows(separator)}\r\n`;
    expect(await classesBy(text)).toEqual(CLASSES);
  });

  it('has a heading in unknown words also where paths have no extension, and does not count it', async () => {
    const labels = tableOf('Datei;Klasse\na;cat\nb;dog\nc;cat\n');
    const { classNames, warnings } = await openImages(pictureFolder(PICTURES), { labels });
    expect([classNames, warnings]).toEqual([
      ['cat', 'dog'],
      [expect.stringMatching(/were found in .* without extensions$/)],
    ]);
    const other = tableOf('d;dog\na;cat\nb;dog\nx;dog\nc;cat\n');
    const { warnings: extra } = await openImages(pictureFolder(PICTURES), { labels: other });
    expect(extra).toContainEqual(expect.stringMatching(/labels 2 pictures that are not there$/));
  });

  it('of three columns in unknown words says how the one of labels is named', async () => {
    const text = 'Datei;Klasse;Breite\na.png;cat;3\nb.png;dog;3\nc.png;cat;3\n';
    await expect(classesBy(text)).rejects.toThrow(/Row 1 of .* has 3 cells for 2 columns: .* --label-column/);
    expect(await classesBy(text, PICTURES, { labelColumn: 'Klasse' })).toEqual(CLASSES);
  });

  it('may have other columns, of which names come before numbers', async () => {
    const text =
      'id,file,label,class_name,width\n1,a.png,0,"cat, black",3\n2,b.png,1,dog,3\n3,c.png,0,"cat, black",3\n';
    expect(await classesBy(text)).toEqual(['cat, black', 'dog', 'cat, black']);
    expect(await classesBy(text, PICTURES, { labelColumn: 'Label' })).toEqual(['0', '1', '0']);
    await expect(classesBy(text, PICTURES, { labelColumn: 'breed' })).rejects.toThrow(
      /has no column "breed": it has "id", "file", "label", "class_name", "width"\.$/,
    );
    await expect(classesBy('path,width,height\na.png,1,2\n')).rejects.toThrow(
      /no column called label, class, category or the like \(it has "path", "width", "height"\): name it with --label-column/,
    );
    await expect(classesBy(rows(','), PICTURES, { labelColumn: 'label' })).rejects.toThrow(/has no headings/);
    expect(
      await classesBy('path,breed\na.png,x\nb.png,y\nc.png,x\n', PICTURES, { labelColumn: 'breed' }),
    ).toEqual(['x', 'y', 'x']);
  });

  it.each([
    ['a folder in front', (name: string) => `flat/${name}`],
    ['several folders in front', (name: string) => `data/train/${name}`],
    ['an absolute path', (name: string) => `/data/flat/${name}`],
    ['./ in front', (name: string) => `./${name}`],
    ['backslashes', (name: string) => `flat\\${name}`],
    ['no extension', (name: string) => name.slice(0, 1)],
    ['a folder for each class', (name: string) => `${CLASSES[PICTURES.indexOf(name)]}/${name}`],
  ])('may name pictures with %s', async (_, path) => {
    expect(await classesBy(`path,label\n${rows(',', path)}`)).toEqual(CLASSES);
  });

  it('may name pictures that lie in folders, in one or in several', async () => {
    const nested = PICTURES.map((name) => `set/flat/${name}`);
    expect(await classesBy(rows(','), nested)).toEqual(CLASSES);
    const stored = ['00000/a.png', '00000/b.png', '00001/c.png'];
    const source = await openImages(pictureFolder(stored), { labels: tableOf(rows(',')) });
    expect(source.classNames).toEqual(['cat', 'dog']);
    expect(source.warnings).toEqual([expect.stringContaining('by file names alone, without folders')]);
  });

  it('may number the rows of an array without zeros in front', async () => {
    const array = encodeNpy({ shape: [12, 1, 1, 3], data: new Uint8Array(36) });
    const table = tableOf(`id,label\n${Array.from({ length: 12 }, (_, i) => `${i},${i % 2}`).join('\n')}`);
    const folder = pictureFolder({ 'set.npy': array });
    const source = await openImages(join(folder, 'set.npy'), { labels: table });
    expect(source.entries[11]).toEqual({ id: '11', label: 1 });
  });

  it('shows a path of each side where none is the same', async () => {
    await expect(classesBy('path,label\nx/1.png,cat\nx/2.png,dog\n')).rejects.toThrow(
      /no label for 3 of the 3 pictures \("a\.png".*\): the table has "x\/1\.png", the pictures have "a\.png", so write/,
    );
  });

  it('says how many pictures have no label, with examples', async () => {
    await expect(classesBy('path,label\nflat/a.png,cat\nflat/b.png,dog\n')).rejects.toThrow(
      /no label for 1 of the 3 pictures \("c\.png"\): add rows/,
    );
    await expect(classesBy('path,label\na.png,cat\nb.png,\nc.png,\n')).rejects.toThrow(
      /no label for 2 of the 3 pictures \("b\.png", "c\.png"\)/,
    );
  });

  it('does not guess where two pictures have one name', async () => {
    const twice = ['x/a.png', 'y/a.png', 'x/b.png'];
    await expect(classesBy(rows(','), twice)).rejects.toThrow(/no label for 3 of the 3 pictures/);
  });
});

it('as the set itself is read with any heading, and says where it has no labels', async () => {
  const folder = pictureFolder(PICTURES);
  const list = async (text: string, options = {}) => {
    const path = join(pictureFolder({ 'list.csv': text.replaceAll('@', folder) }), 'list.csv');
    const { classNames, warnings } = await openImages(path, options);
    return [classNames, warnings];
  };
  expect(await list('filename;class\n@/a.png;cat\n@/b.png;dog\n')).toEqual([['cat', 'dog'], []]);
  const kinds = 'filename,kind\n@/a.png,cat\n@/b.png,dog\n';
  expect(await list(kinds)).toEqual([
    undefined,
    [expect.stringMatching(/it has "filename", "kind"\).*--label-column/)],
  ]);
  expect(await list(kinds, { labelColumn: 'kind' })).toEqual([['cat', 'dog'], []]);
});
