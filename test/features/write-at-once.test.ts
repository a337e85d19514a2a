import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WriterAtOnce } from '../../src/features/write-at-once.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-at-once-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

const FILES = [
  { name: 'features.npy', bytes: Uint8Array.of(1, 2, 3) },
  { name: 'index.json', bytes: '{}' },
];
const write = (writer: WriterAtOnce, place: string, files = FILES) =>
  writer.write(join(root, 'aside'), join(root, place), files);

describe('a folder of small files', () => {
  it('is written in its place, whether the folder of that is there or not', async () => {
    const writer = new WriterAtOnce();
    expect(write(writer, 'ab/one')).toBe(true);
    expect(write(writer, 'ab/two')).toBe(true);
    expect((await readdir(join(root, 'ab'))).sort()).toEqual(['one', 'two']);
    expect([...(await readFile(join(root, 'ab/two/features.npy')))]).toEqual([1, 2, 3]);
    expect(await readFile(join(root, 'ab/two/index.json'), 'utf8')).toBe('{}');
    expect(await readdir(root)).toEqual(['ab']);
  });

  it('is left to others, without a trace, where something is in the way', async () => {
    const writer = new WriterAtOnce();
    await mkdir(join(root, 'ab/one/more'), { recursive: true });
    await writeFile(join(root, 'file'), '');
    expect(write(writer, 'ab/one')).toBe(false);
    expect(write(writer, 'file/one')).toBe(false);
    expect(write(writer, 'absent/folder/one')).toBe(false);
    expect((await readdir(root)).sort()).toEqual(['ab', 'file']);
  });

  it('is left to others where it is large, and after a write that took long', async () => {
    const writer = new WriterAtOnce();
    expect(write(writer, 'large', [{ name: 'a', bytes: new Uint8Array(2 ** 18 + 1) }])).toBe(false);
    const now = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(11);
    expect(write(writer, 'one')).toBe(true);
    now.mockRestore();
    expect(write(writer, 'two')).toBe(false);
    expect(await readdir(root)).toEqual(['one']);
  });
});
