import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderAt } from '../../../src/watch/sets/watched-folder.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-watched-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a look changes with every file in a folder, and only then', async () => {
  await mkdir(join(root, 'step_1/cat'), { recursive: true });
  await writeFile(join(root, 'step_1/cat/a.png'), 'a');
  const folder = folderAt(root);
  const first = await folder.look('step_1');
  expect(first?.holdsPictures).toBe(true);
  expect(await folder.look('step_1')).toEqual(first);
  await appendFile(join(root, 'step_1/cat/a.png'), 'b');
  const second = await folder.look('step_1');
  expect(second?.mark).not.toBe(first?.mark);
  await writeFile(join(root, 'step_1/cat/b.png'), '');
  expect((await folder.look('step_1'))?.mark).not.toBe(second?.mark);
});

test('a folder without pictures says so, links are followed once, and what is gone is gone', async () => {
  await mkdir(join(root, 'checkpoints'));
  await writeFile(join(root, 'checkpoints/a.pt'), '');
  await symlink('nowhere.png', join(root, 'checkpoints/b.pt'));
  await symlink(root, join(root, 'checkpoints/circle'));
  await symlink('checkpoints', join(root, 'step_2'));
  const folder = folderAt(root);
  expect((await folder.look('checkpoints'))?.holdsPictures).toBe(false);
  expect(await folder.look('absent')).toBeUndefined();
  const listed = (await folder.list()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(listed).toEqual([
    { name: 'checkpoints', isFolder: true },
    { name: 'step_2', isFolder: true },
  ]);
});

// Elsewhere no such name can be made.
test.runIf(process.platform === 'linux')(
  'a name that is not UTF-8, as one that is gone, ends no look',
  async () => {
    await mkdir(join(root, 'step_3'));
    for (let i = 0; i < 100; i++) await writeFile(join(root, `step_3/${i}.png`), '');
    const before = await folderAt(root).look('step_3');
    await writeFile(Buffer.concat([Buffer.from(join(root, 'step_3/a')), Buffer.of(0xff)]), '');
    const after = await folderAt(root).look('step_3');
    expect(after?.holdsPictures).toBe(true);
    expect(after?.mark).not.toBe(before?.mark);
  },
);
