import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StorageError } from '../../src/core/errors.js';

import { writeWhole } from '../../src/storage/write-whole.js';

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
