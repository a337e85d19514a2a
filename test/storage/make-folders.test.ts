import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from '../../src/storage/make-folder.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ganeval-folders-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('makes the folders above, and says which was the first', async () => {
  mkdirSync(join(root, 'a'));
  expect(await makeFolder(join(root, 'a/b/c'))).toBe(join(root, 'a/b'));
  expect(statSync(join(root, 'a/b/c')).isDirectory()).toBe(true);
  expect(await makeFolder(join(root, 'a/b/c/'))).toBeUndefined();
});

it('is done by several at once', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => makeFolder(join(root, 'a/b/c'))));
  expect(made).toContain(join(root, 'a'));
});

it('refuses a file in the place of a folder', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(root, 'file/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it.runIf(existsSync('/proc/self'))('ends where a folder takes no others', async () => {
  await expect(makeFolder('/proc/ganeval/deeper')).rejects.toMatchObject({ code: 'ENOENT' });
});
