import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StorageError } from '../../src/core/errors.js';

import { writeNew, writeWhole, writeWholeWith } from '../../src/storage/write-whole.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('replaces a file, follows a link and leaves nothing else', async () => {
  const path = join(folder, 'a.json');
  const link = join(folder, 'link.json');
  await writeFile(path, 'old');
  await symlink(path, link);
  await writeWhole(link, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await readdir(folder)).sort()).toEqual(['a.json', 'link.json']);
});

test('what cannot be written is a StorageError that names the path', async () => {
  const path = join(folder, 'absent', 'a.json');
  await expect(writeWhole(path, 'x')).rejects.toThrow(StorageError);
  await expect(writeWhole(path, 'x')).rejects.toThrow(path);
});

test('what is written under a temporary name gets its own when it is complete, and is removed where the writing fails', async () => {
  const path = join(folder, 'a.npz');
  await writeFile(path, 'old');
  const fail = writeWholeWith(path, async (aside) => {
    await writeFile(aside, 'half');
    throw new Error('stopped');
  });
  await expect(fail).rejects.toThrow('stopped');
  expect(await readFile(path, 'utf8')).toBe('old');
  await writeWholeWith(path, (aside) => writeFile(aside, 'new'));
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['a.npz']);
});

test('a new folder replaces an empty one and what a killed process left, but nothing else', async () => {
  const path = join(folder, 'set');
  await mkdir(path);
  await mkdir(join(folder, '.set.partial'));
  await writeFile(join(folder, '.set.partial', 'stale'), '');
  const write = async (aside: string) => {
    await mkdir(aside);
    await writeFile(join(aside, 'a'), '');
  };
  await writeNew(path, write);
  expect(await readdir(path)).toEqual(['a']);
  await expect(writeNew(path, write)).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['set']);
});
