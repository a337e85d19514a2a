import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ImagesError } from '../../../src/core/errors.js';

import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';

const idsOf = async (path: string) => (await openImages(path)).entries.map(({ id }) => id);
const failing = (path: string, options = {}) => expect(openImages(path, options)).rejects;

describe('order and names', () => {
  it('is by code points, not by UTF-16 units or the locale', async () => {
    const names = ['Z.png', 'a.png', 'b10.png', 'b2.png', 'é.png', '\u{ffee}.png', '\u{1f600}.png'];
    expect(await idsOf(pictureFolder([...names].reverse()))).toEqual(names);
  });

  it('compares whole relative paths', async () => {
    const names = ['a b/1.png', 'a-b/1.png', 'a/1.png', 'aa/1.png'];
    expect(await idsOf(pictureFolder(names))).toEqual(names);
  });

  it('reads names with spaces, quotes, newlines and bytes that are not UTF-8', async () => {
    const folder = pictureFolder(['with space.png', '"quoted".png', "it's.png", 'new\nline.png', 'ü.png']);
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]),
      dot(9),
    );
    const source = await openImages(folder);
    expect(source.entries.map(({ id }) => id)).toEqual([
      '"quoted".png',
      'bad\udcff\udcfe.png',
      "it's.png",
      'new\nline.png',
      'with space.png',
      'ü.png',
    ]);
    expect(await source.inspect()).toHaveLength(6);
    for (const index of source.entries.keys()) expect((await source.picture(index)).ok).toBe(true);
    expect((await source.picture(1)).pixels[0]).toBe(9);
  });
});

describe('classes', () => {
  it('are the first-level folders', async () => {
    const source = await openImages(pictureFolder(['dog/x/2.png', 'cat/1.png', 'dog/1.png']));
    expect(source.classNames).toEqual(['cat', 'dog']);
    expect(source.entries).toEqual([
      { id: 'cat/1.png', label: 0 },
      { id: 'dog/1.png', label: 1 },
      { id: 'dog/x/2.png', label: 1 },
    ]);
    expect(source.warnings).toEqual([]);
  });

  it('sort by number if all are numbers', async () => {
    const source = await openImages(pictureFolder(['10/a.png', '2/a.png', '1/a.png']));
    expect(source.classNames).toEqual(['1', '2', '10']);
    expect(source.entries.map(({ label }) => label)).toEqual([0, 2, 1]);
    const mixed = await openImages(pictureFolder(['10/a.png', '2/a.png', 'x/a.png']));
    expect(mixed.classNames).toEqual(['10', '2', 'x']);
  });

  it('are absent without sub-folders', async () => {
    const source = await openImages(pictureFolder(['1.png', '2.png']));
    expect(source.classNames).toBeUndefined();
    expect(source.entries[0]).toEqual({ id: '1.png' });
    expect(source.warnings).toEqual([]);
  });

  it('are absent, with a warning, if pictures lie beside the sub-folders', async () => {
    const source = await openImages(pictureFolder(['1.png', 'cat/2.png']));
    expect(source.classNames).toBeUndefined();
    expect(source.warnings).toEqual([
      expect.stringContaining('there are no labels, because 1 of the pictures'),
    ]);
  });

  it('leave out empty sub-folders, with a warning', async () => {
    const folder = pictureFolder(['cat/1.png', 'dog/2.png']);
    mkdirSync(join(folder, 'owl'));
    const source = await openImages(folder);
    expect(source.classNames).toEqual(['cat', 'dog']);
    expect(source.warnings).toEqual([expect.stringContaining('owl')]);
  });
});

describe('what is left out', () => {
  it('is other files, counted by extension, hidden folders by name, and clutter, silently', async () => {
    const folder = pictureFolder({
      '1.PNG': dot(1),
      'a.txt': '',
      'b.txt': '',
      'c.svg': '<svg/>',
      README: '',
      '.DS_Store': '',
      'Thumbs.db': '',
      '.hidden/2.png': dot(2),
    });
    const source = await openImages(folder);
    expect(source.entries).toEqual([{ id: '1.PNG' }]);
    expect(source.warnings).toEqual([
      'files that are not pictures were left out: 2 .txt, 1 without extension, 1 .svg',
      'hidden sub-folders were left out: .hidden',
    ]);
  });

  it('is sockets, pipes and devices, even with the name of a picture', async () => {
    const folder = pictureFolder(['1.png']);
    const server = createServer().listen(join(folder, 'socket.png'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const source = await openImages(folder);
    expect(source.entries).toEqual([{ id: '1.png' }]);
    expect(source.warnings).toEqual([expect.stringContaining('1 not a regular file')]);
  });
});

describe('links', () => {
  it('to files and folders are followed, cycles are not', async () => {
    const elsewhere = pictureFolder(['x.png', 'deep/y.png']);
    const folder = pictureFolder(['a/1.png', 'b/2.png']);
    symlinkSync(join(elsewhere, 'x.png'), join(folder, 'a', 'link.png'));
    symlinkSync(elsewhere, join(folder, 'c'));
    symlinkSync('..', join(folder, 'a', 'up'));
    symlinkSync(join('..', 'b'), join(folder, 'a', 'b'));
    symlinkSync('loop', join(folder, 'loop'));
    const source = await openImages(folder);
    expect(source.entries.map(({ id }) => id)).toEqual([
      'a/1.png',
      'a/link.png',
      'b/2.png',
      'c/deep/y.png',
      'c/x.png',
    ]);
    expect(source.classNames).toEqual(['a', 'b', 'c']);
    expect(source.warnings).toEqual([expect.any(String), expect.stringContaining('a/b, a/up')]);
  });

  it('to nothing are found when they are read', async () => {
    const folder = pictureFolder(['1.png']);
    symlinkSync('gone.png', join(folder, '2.png'));
    const source = await openImages(folder);
    await expect(source.inspect()).rejects.toThrow(
      /1 of the pictures .* cannot be read.*"2.png" is not there/,
    );
  });
});

describe('errors', () => {
  it('name what is wrong', async () => {
    const folder = pictureFolder({ 'a.txt': '', 'b.txt': '', 'c.mp4': '' });
    await failing(folder).toThrow(ImagesError);
    await failing(folder).toThrow(/has no pictures, only 2 .txt, 1 .mp4: give one with PNG/);
    await failing(pictureFolder([])).toThrow('is empty');
    await failing(join(folder, 'nothing')).toThrow(/nothing" does not exist/);
    await failing(join(folder, 'a.txt')).toThrow(/is a file of no known kind: give a folder of pictures/);
  });
});

describe('labels by a CSV file', () => {
  const files = ['x/1.png', 'x/2.png', 'y/3.png'];

  it('take the place of the sub-folders', async () => {
    const folder = pictureFolder(files);
    const labels = join(
      pictureFolder({ 'l.csv': 'path,label\nx/1.png,10\n./x/2.png,2\ny/3.png,10\nz.png,1\n' }),
      'l.csv',
    );
    const source = await openImages(folder, { labels });
    expect(source.classNames).toEqual(['2', '10']);
    expect(source.entries.map(({ label }) => label)).toEqual([1, 0, 1]);
    expect(source.warnings).toEqual([expect.stringContaining('labels 1 picture that is not there')]);
  });

  it('have to be there for every picture', async () => {
    const labels = join(pictureFolder({ 'l.csv': 'x/1.png,cat' }), 'l.csv');
    await failing(pictureFolder(files), { labels }).toThrow(
      /no label for 2 of the 3 pictures \("x\/2.png", "y\/3.png"\)/,
    );
    await failing(pictureFolder(Array.from('abcdefgh', (c) => `${c}.png`)), { labels }).toThrow('and 3 more');
    await failing(pictureFolder(files), { labels: `${labels}x` }).toThrow(/l.csvx cannot be read/);
  });
});
