import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { nameNumberedClasses, readClassMap } from '../../../src/networks/cards/class-map.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-map-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(text: string): Promise<string> {
  const path = join(folder, 'map.csv');
  await writeFile(path, text);
  return path;
}

describe('readClassMap', () => {
  it('reads classes and their columns, quoted or not, with or without a byte order mark', async () => {
    const { targets } = await readClassMap(
      await write('\uFEFFclass,column\r\n"cat, wild",282\r\n\r\ndog,n02084071\r\n'),
    );
    expect([...targets]).toEqual([
      ['cat, wild', '282'],
      ['dog', 'n02084071'],
    ]);
  });

  it.each<[what: string, text: string, message: string]>([
    ['no header', 'cat,1\n', 'must begin with the line class,column'],
    ['nothing', '', 'must begin with the line class,column'],
    ['a row without a column', 'class,column\ncat,1\ndog\n', 'Row 2 of the class map'],
    ['an empty column', 'class,column\ncat,\n', 'Row 1 of the class map'],
    ['a class twice', 'class,column\ncat,1\ncat,2\n', 'has the class "cat" twice'],
    ['a quote that never ends', 'class,column\n"cat,1\n', 'is no CSV file'],
  ])('refuses a file with %s', async (_, text, message) => {
    const reading = readClassMap(await write(text));
    await expect(reading).rejects.toThrow(NetworkError);
    await expect(reading).rejects.toThrow(message);
  });

  it('says that there is no such file', async () => {
    await expect(readClassMap(join(folder, 'none.csv'))).rejects.toThrow('cannot be read (ENOENT)');
  });
});

it('says which network a part of its name may mean', () => {
  const networks = [{ name: 'inception-cifar10', classes: ['a'] }];
  expect(() => nameNumberedClasses('cifar10', networks)).toThrow('perhaps inception-cifar10 is meant');
  expect(() => nameNumberedClasses('ship', networks)).toThrow('separate names by commas');
});
