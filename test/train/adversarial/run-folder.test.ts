import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StorageError, UsageError } from '../../../src/core/errors.js';
import { guardStorage } from '../../../src/storage/guard-storage.js';
import { makeTag, type Owner, thisProcess } from '../../../src/storage/owner-tag.js';
import { gridPath, pathsOf, stepOfGrid, withRunFolder } from '../../../src/train/adversarial/run-folder.js';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ganeval-folder-'));
});
afterAll(() => rm(base, { recursive: true }));

const open = (name: string, resume = false) =>
  withRunFolder(join(base, name), resume, async (paths) => paths);

describe('withRunFolder', () => {
  it('makes the folder, and lets go of it', async () => {
    const { folder, log } = pathsOf(join(base, 'new/deep'));
    await withRunFolder(folder, false, () => writeFile(log, ''));
    expect(await readdir(folder)).toEqual(['log.jsonl']);
    await open('new/deep');
  });

  it('leaves nothing of a run that did not begin', async () => {
    const fail = (folder: string) =>
      withRunFolder(join(base, folder), false, () => Promise.reject(new Error('no pictures')));
    await expect(fail('unfit/and/deep')).rejects.toThrow('no pictures');
    expect(await readdir(base)).not.toContain('unfit');
    await mkdir(join(base, 'mine', 'samples'), { recursive: true });
    await expect(fail('mine')).rejects.toThrow('no pictures');
    expect(await readdir(join(base, 'mine'))).toEqual(['samples']);
    await expect(fail('mine/run')).rejects.toThrow('no pictures');
    expect(await readdir(join(base, 'mine'))).toEqual(['samples']);
  });

  it('lets one run at a time in', async () => {
    const inner = withRunFolder(join(base, 'shared'), false, () => open('shared', true));
    await expect(inner).rejects.toThrow(/Another ganeval is training in .*shared: wait for it/);
    await open('shared');
  });

  it('takes over from a run that was killed, and waits for none that may live elsewhere', async () => {
    const folder = join(base, 'killed');
    const lock = join(folder, '.lock');
    const leave = async (owner: Owner) => {
      await mkdir(lock, { recursive: true });
      await writeFile(join(lock, makeTag(owner)), '');
    };
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await leave({ ...thisProcess(), pid });
    await open('killed');
    // A container that starts again has the same number.
    await leave({ ...thisProcess(), start: '1' });
    await open('killed');
    await leave({ ...thisProcess(), space: '0123456789ab' });
    await expect(open('killed')).rejects.toThrow(UsageError);
  });

  it('is no folder of other things where a run was killed before its first checkpoint', async () => {
    const folder = join(base, 'begun');
    await mkdir(join(folder, 'samples'), { recursive: true });
    await writeFile(join(folder, 'log.jsonl'), '');
    // Of a process that is gone, and of one that nothing is known of.
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const gone = `.ganeval-${makeTag({ ...thisProcess(), pid })}.tmp`;
    const foreign = `.ganeval-${makeTag({ ...thisProcess(), space: '0123456789ab' })}.tmp`;
    for (const name of [gone, foreign]) await writeFile(join(folder, name), '');
    await open('begun');
    await open('begun', true);
    expect((await readdir(folder)).sort()).toEqual([foreign, 'log.jsonl', 'samples']);
  });

  it('tells a run whose place another has taken, and leaves the other its lock', async () => {
    const lock = join(base, 'lost', '.lock');
    await withRunFolder(join(base, 'lost'), false, async (_, requirePlace) => {
      await requirePlace();
      const [own] = await readdir(lock);
      await rename(join(lock, own), join(lock, 'another'));
      await expect(requirePlace()).rejects.toThrow(
        /^Another ganeval took over the training in .*lost while this one was paused/,
      );
    });
    expect(await readdir(lock)).toEqual(['another']);
  });

  it('names --resume where a disk failed a run that has a checkpoint', async () => {
    const { folder, checkpoint } = pathsOf(join(base, 'full'));
    const fail = (resume: boolean) =>
      withRunFolder(folder, resume, () =>
        guardStorage(checkpoint, () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))),
      );
    await expect(fail(false)).rejects.toThrow(/make room and run again, what is finished is kept\.$/);
    await mkdir(folder, { recursive: true });
    await writeFile(checkpoint, '');
    await expect(fail(true)).rejects.toThrow(/make room and run the same command with --resume\.$/);
    await expect(fail(true)).rejects.toThrow(StorageError);
  });

  it('leaves a run that is there alone, unless it is to be gone on with', async () => {
    const { checkpoint } = pathsOf(join(base, 'there'));
    await mkdir(join(base, 'there'));
    await writeFile(checkpoint, 'precious');
    await expect(open('there')).rejects.toThrow(/resume it with --resume/);
    await open('there', true);
    expect(await readdir(join(base, 'there'))).toContain('checkpoint.safetensors');
  });

  it('refuses a folder of other things, and one that cannot be written', async () => {
    await mkdir(join(base, 'photos'));
    await writeFile(join(base, 'photos', 'cat.png'), '');
    await expect(open('photos')).rejects.toThrow(/holds "cat.png" and no training run/);
    await writeFile(join(base, 'file'), '');
    await expect(open('file/run')).rejects.toThrow(StorageError);
    await mkdir(join(base, 'closed'));
    await chmod(join(base, 'closed'), 0o500);
    if (process.getuid?.() !== 0) await expect(open('closed/run')).rejects.toThrow(StorageError);
  });
});

describe('gridPath', () => {
  it('sorts by step, and is read back', () => {
    const path = gridPath(pathsOf('run'), 1000);
    expect(path).toBe(join('run', 'samples', 'step-00001000.png'));
    expect(stepOfGrid('step-00001000.png')).toBe(1000);
    expect(stepOfGrid('notes.txt')).toBeUndefined();
  });
});
