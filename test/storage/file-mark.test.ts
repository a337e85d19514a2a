import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markOfFile } from '../../src/storage/file-mark.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-mark-'));
});
afterAll(() => rm(folder, { recursive: true }));

const later = () => Date.now() + 10_000;

test('a file that has rested is told from itself after any change, with its size and its date put back too', async () => {
  const path = join(folder, 'a');
  await writeFile(path, 'one');
  const date = new Date(2020, 1, 1);
  await utimes(path, date, date);
  const first = await markOfFile(path, later());
  expect(first).toBeDefined();
  expect(await markOfFile(path, later())).toBe(first);
  await writeFile(path, 'two');
  await utimes(path, date, date);
  const second = await markOfFile(path, later());
  expect(second).not.toBe(first);
  await writeFile(join(folder, 'b'), 'two');
  await rename(join(folder, 'b'), path);
  expect(await markOfFile(path, later())).not.toBe(second);
});

test('what was changed a moment ago, and what is no file, has no mark', async () => {
  const path = join(folder, 'c');
  await writeFile(path, 'one');
  expect(await markOfFile(path)).toBeUndefined();
  expect(await markOfFile(folder, later())).toBeUndefined();
  expect(await markOfFile(join(folder, 'none'), later())).toBeUndefined();
});
