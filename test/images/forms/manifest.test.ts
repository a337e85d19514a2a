import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';

const pictures = { 'a.png': dot(1), 'sub/b.png': dot(2), 'new\nline, "c".png': dot(3), 'é.png': dot(4) };

/** The path of a manifest beside the pictures. */
const manifest = (csv: string) => join(pictureFolder({ ...pictures, 'list.csv': csv }), 'list.csv');

describe('manifest', () => {
  it('whose first row is a heading without a column "path" is refused with advice', async () => {
    await expect(openImages(manifest('photo\na.png\n'))).rejects.toThrow(
      /names files that are not there: "photo"; if its first row is a heading, call the column of the paths "path"\.$/,
    );
  });

  it('whose two columns have headings in words that are not known takes them by their order', async () => {
    const source = await openImages(manifest('photo,kind\na.png,cat\n'));
    expect([source.classNames, source.entries, source.warnings]).toEqual([
      ['cat'],
      [{ id: 'a.png', label: 0 }],
      [],
    ]);
  });

  it('gives pictures and labels in code-point order of the paths', async () => {
    const source = await openImages(
      manifest(
        '\ufeffpath,label\r\nsub/b.png,dog\r\n\r\n./a.png,cat\r\n"new\nline, ""c"".png",dog\r\né.png,cat\r\n',
      ),
    );
    expect(source.kind).toBe('manifest');
    expect(source.classNames).toEqual(['cat', 'dog']);
    expect(source.entries).toEqual([
      { id: 'a.png', label: 0 },
      { id: 'new\nline, "c".png', label: 1 },
      { id: 'sub/b.png', label: 1 },
      { id: 'é.png', label: 0 },
    ]);
    expect((await source.picture(2)).pixels[0]).toBe(2);
  });

  it('may do without a header, without labels, with columns in any order and absolute paths', async () => {
    const bare = await openImages(manifest('sub/b.png,7\na.png,10\n'));
    expect(bare.classNames).toEqual(['7', '10']);
    expect(bare.entries.map(({ label }) => label)).toEqual([1, 0]);
    const unlabeled = await openImages(manifest('path\na.png\n'));
    expect(unlabeled.entries).toEqual([{ id: 'a.png' }]);
    expect(unlabeled.classNames).toBeUndefined();
    const turned = await openImages(manifest('note,label,path\nx,cat,a.png\n'));
    expect(turned.entries).toEqual([{ id: 'a.png', label: 0 }]);
    const elsewhere = join(pictureFolder(['far.png']), 'far.png');
    const absolute = await openImages(manifest(`${elsewhere},1\n`));
    expect(absolute.entries[0].id).toBe(elsewhere);
    expect((await absolute.picture(0)).ok).toBe(true);
  });

  it.each([
    ['every repeated path', 'a.png,1\nsub/b.png,2\n./a.png,1\nsub/../sub/b.png,1\n', /"a.png", "sub\/b.png"/],
    ['every missing file', 'a.png,1\nx.png,1\ny.png,2\nsub,3\n', /not there: "sub", "x.png", "y.png"/],
    ['rows without a label', 'a.png,1\nsub/b.png,\n', /1 of its 2 pictures no label \("sub\/b.png"\)/],
    ['a lack of rows', 'path,label\n', /names no pictures/],
    [
      'a label cut by a comma',
      'path,label\na.png,cat\nsub/b.png,cat, black\n',
      /Row 3 of .* has 3 cells for 2 columns/,
    ],
    ['a third column without a header', 'a.png,cat,x\n', /Row 1 of .*name the columns/],
    ['an open quote', '"a.png,1\n', /is not a CSV file/],
  ])('refuses and names %s', async (_, csv, message) => {
    await expect(openImages(manifest(csv))).rejects.toThrow(message);
  });

  it('does not take labels from elsewhere', async () => {
    await expect(openImages(manifest('a.png,1\n'), { labels: 'other.csv' })).rejects.toThrow(
      'labels of its own',
    );
  });
});
