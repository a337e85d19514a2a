import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseFiles, splitOfFile, splitOfName } from '../../../src/images/listing/splits.js';
import { openImages } from '../../../src/images/open.js';
import { tarFile, writeTar } from '../forms/tar-file.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { writeZip } from '../zip-file.js';

const IMAGE_FOLDER = [
  'train/cat/1.png',
  'train/dog/2.png',
  'val/cat/3.png',
  'val/dog/4.png',
  'test/cat/5.png',
];

/** The same pictures as a folder, a zip and a tar. */
async function formsOf(names: readonly string[]): Promise<string[]> {
  const elsewhere = pictureFolder([]);
  const files = names.map((name, i) => ({ name, bytes: dot(i) }));
  const tar = writeTar(join(elsewhere, 'set.tar'), files);
  return [pictureFolder(names), await writeZip(join(elsewhere, 'set.zip'), files), tar];
}

const idsAndClasses = async (path: string, split?: string) => {
  const source = await openImages(path, { split });
  return [source.split, source.entries.map(({ id }) => id), source.classNames];
};

describe('folders that are splits', () => {
  it('are no classes: one must be named, and is then the set', async () => {
    for (const path of await formsOf(IMAGE_FOLDER)) {
      await expect(openImages(path)).rejects.toThrow(
        /holds splits, which are no classes: .*train \(2 pictures\).*; choose one with --split/,
      );
      expect(await idsAndClasses(path, 'train')).toEqual([
        'train',
        ['cat/1.png', 'dog/2.png'],
        ['cat', 'dog'],
      ]);
      expect(await idsAndClasses(path, 'validation')).toEqual([
        'val',
        ['cat/3.png', 'dog/4.png'],
        ['cat', 'dog'],
      ]);
      expect(await idsAndClasses(path, 'test')).toEqual(['test', ['cat/5.png'], ['cat']]);
      const [split, ids, classes] = await idsAndClasses(path, 'all');
      expect([split, ids, classes]).toEqual(['all', [...IMAGE_FOLDER].sort(), ['cat', 'dog']]);
      await expect(openImages(path, { split: 'extra' })).rejects.toThrow(
        /no split "extra": it has .*val \(2/,
      );
    }
  });

  it('give the numbers of the folder itself', async () => {
    const folder = pictureFolder(IMAGE_FOLDER);
    const { classNames, entries } = await openImages(folder, { split: 'val' });
    const inner = await openImages(join(folder, 'val'));
    expect([classNames, entries]).toEqual([inner.classNames, inner.entries]);
  });

  it('may hold pictures without classes, lie in one folder, and have others beside them', async () => {
    for (const path of await formsOf(['train/1.png', 'test/2.png', 'extra/3.png'])) {
      await expect(openImages(path)).rejects.toThrow(/extra \(1 picture\)/);
      expect(await idsAndClasses(path, 'train')).toEqual(['train', ['1.png'], undefined]);
    }
    for (const path of await formsOf(['data/train/cat/1.png', 'data/test/cat/2.png'])) {
      expect(await idsAndClasses(path, 'test')).toEqual(['test', ['cat/2.png'], ['cat']]);
    }
  });

  it('are taken where there is one alone', async () => {
    for (const path of await formsOf(['train/cat/1.png', 'train/dog/2.png'])) {
      expect(await idsAndClasses(path)).toEqual(['train', ['cat/1.png', 'dog/2.png'], ['cat', 'dog']]);
    }
  });

  it('are classes where a class is called train', async () => {
    for (const path of await formsOf(['bus/1.png', 'train/2.png'])) {
      expect(await idsAndClasses(path)).toEqual([undefined, ['bus/1.png', 'train/2.png'], ['bus', 'train']]);
      await expect(openImages(path, { split: 'train' })).rejects.toThrow(/has no splits: leave --split out/);
    }
  });
});

describe('files that are splits', () => {
  it('are told by their names', () => {
    expect(['Train', 'val', 'dev', 'evaluation', 'cat'].map(splitOfName)).toEqual([
      'train',
      'validation',
      'validation',
      'test',
      undefined,
    ]);
    const names = [
      'train-00000-of-00002.parquet',
      'extra-00000-of-00001.parquet',
      'my_test-3.tar',
      'latest.tar',
    ];
    expect(names.map(splitOfFile)).toEqual(['train', 'extra', 'test', undefined]);
    expect(chooseFiles('x', ['a.tar', 'test.tar'], undefined)).toEqual({ names: ['a.tar', 'test.tar'] });
    expect(chooseFiles('x', ['test-0.tar', 'train-0.tar', 'train-1.tar'], 'train')).toEqual({
      names: ['train-0.tar', 'train-1.tar'],
      split: 'train',
    });
  });

  it('are chosen among the shards of a folder', async () => {
    const folder = pictureFolder({
      'train-00000.tar': tarFile([{ name: 'a.png', bytes: dot(1) }]),
      'train-00001.tar': tarFile([{ name: 'b.png', bytes: dot(2) }]),
      'test-00000.tar': tarFile([{ name: 'c.png', bytes: dot(3) }]),
    });
    await expect(openImages(folder)).rejects.toThrow(/test \(1 file\), train \(2 files\)/);
    expect(await idsAndClasses(folder, 'train')).toEqual([
      'train',
      ['train-00000/a.png', 'train-00001/b.png'],
      undefined,
    ]);
  });

  it('keep what was said of labels', async () => {
    const pets = ['cat', 'dog'].flatMap((pet) => [
      { name: `${pet}/a.png`, bytes: dot(1) },
      { name: `${pet}/a.cls`, bytes: Buffer.from('7') },
    ]);
    const folder = pictureFolder({ 'train.tar': tarFile(pets), 'test.tar': tarFile(pets) });
    const stated = await openImages(folder, { split: 'train' });
    expect(stated.classNames).toEqual(['7']);
    const taken = await openImages(folder, { split: 'train', labels: 'folders' });
    expect(taken.classNames).toEqual(['cat', 'dog']);
  });
});
