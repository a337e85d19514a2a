import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  lchown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { StorageError } from '../../src/core/errors.js';
import { writeNew, writeWhole, writeWholeWith } from '../../src/storage/write-whole.js';

const BUILT = join(import.meta.dirname, '../../dist/storage/write-whole.js');
const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;

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

test('what is asked right before the file gets its place can keep the old one there', async () => {
  const path = join(folder, 'a.json');
  await writeFile(path, 'old');
  let there: string[] = [];
  const refuse = async () => {
    there = await readdir(folder);
    throw new StorageError('Another one has it.');
  };
  await expect(writeWhole(path, 'new', { beforeReplace: refuse })).rejects.toThrow('Another one has it.');
  expect(there).toHaveLength(2);
  expect(await readdir(folder)).toEqual(['a.json']);
  expect(await readFile(path, 'utf8')).toBe('old');
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

test('a new folder replaces an empty one, but nothing else', async () => {
  const path = join(folder, 'set');
  await mkdir(path);
  const write = async (aside: string) => {
    await mkdir(aside);
    await writeFile(join(aside, 'a'), '');
  };
  await writeNew(path, write);
  expect(await readdir(path)).toEqual(['a']);
  await expect(writeNew(path, write)).rejects.toThrow(/a folder with other files is in the way/);
  expect(await readdir(folder)).toEqual(['set']);
});

describe('what is replaced', () => {
  it.skipIf(isWindows)('keeps its mode, and its owner and group where the system allows', async () => {
    const path = join(folder, 'secret');
    await writeFile(path, 'old');
    for (const mode of [0o600, 0o640, 0o664, 0o4755]) {
      await chmod(path, mode);
      if (isRoot) await chown(path, 12345, 23456);
      await writeWhole(path, 'new');
      await writeWholeWith(path, (aside) => writeFile(aside, 'newer'));
      const facts = await stat(path);
      // No program is run as its owner because we wrote it.
      expect(facts.mode & 0o7777).toBe(mode & 0o777);
      if (isRoot) expect([facts.uid, facts.gid]).toEqual([12345, 23456]);
    }
  });

  it('is new with the mode that new files have', async () => {
    await writeFile(join(folder, 'usual'), '');
    await writeWhole(join(folder, 'a'), 'new');
    await writeWholeWith(join(folder, 'b'), (aside) => writeFile(aside, 'new'));
    const modes = ['usual', 'a', 'b'].map(async (name) => (await stat(join(folder, name))).mode);
    expect(new Set(await Promise.all(modes)).size).toBe(1);
  });

  it.skipIf(isWindows || isRoot)('is no file that is protected from writing', async () => {
    const path = join(folder, 'protected');
    await writeFile(path, 'old', { mode: 0o400 });
    await expect(writeWhole(path, 'new')).rejects.toThrow(/it is not allowed/);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it.skipIf(isWindows)('is what links lead to, also where nothing is there yet', async () => {
    await mkdir(join(folder, 'deep'));
    await symlink('deep', join(folder, 'shallow'));
    await symlink('../made.json', join(folder, 'deep', 'second'));
    await symlink('shallow/second', join(folder, 'first'));
    for (const content of ['made', 'replaced']) {
      await writeWhole(join(folder, 'first'), content);
      expect(await readFile(join(folder, 'made.json'), 'utf8')).toBe(content);
      expect(await readlink(join(folder, 'first'))).toBe('shallow/second');
    }
    await symlink('absent/a.json', join(folder, 'astray'));
    await expect(writeWhole(join(folder, 'astray'), '')).rejects.toThrow(/astray: there is no such folder/);
    await symlink('circle', join(folder, 'circle'));
    await expect(writeWhole(join(folder, 'circle'), '')).rejects.toThrow(/its links lead in a circle/);
  });

  it.runIf(isRoot && !isWindows)(
    'is nothing that another user may have put in the way, where all may write and only owners remove',
    async () => {
      const own = join(folder, 'own');
      const shared = join(folder, 'shared');
      await mkdir(shared);
      await chmod(shared, 0o1777);
      await writeFile(own, 'precious');
      const [link, dangling, file, pipe] = ['a', 'b', 'c', 'd'].map((name) => join(shared, name));
      await symlink(own, link);
      await symlink(join(folder, 'new'), dangling);
      await writeFile(file, '');
      execFileSync('mkfifo', [pipe]);
      for (const path of [link, dangling, file, pipe]) {
        await lchown(path, 12345, 12345);
        await expect(writeWhole(path, 'x')).rejects.toThrow(/belongs to another user, in a folder/);
        await expect(writeWholeWith(path, (aside) => writeFile(aside, 'x'))).rejects.toThrow(StorageError);
      }
      expect(await readFile(own, 'utf8')).toBe('precious');
      expect((await readdir(folder)).sort()).toEqual(['own', 'shared']);
      // What the folder's owner, or whoever writes, has put there is trusted.
      await lchown(shared, 12345, 12345);
      await writeWhole(link, 'new');
      await lchown(link, 0, 0);
      await writeWhole(link, 'newer');
      expect(await readFile(own, 'utf8')).toBe('newer');
    },
  );

  it('is no folder', async () => {
    await expect(writeWhole(folder, '')).rejects.toThrow(/: it is a folder: name a file\.$/);
  });

  it.skipIf(isWindows)(
    'is one of its names where it has several: the others keep the old content',
    async () => {
      const [path, other] = ['a', 'b'].map((name) => join(folder, name));
      await writeFile(path, 'old');
      await link(path, other);
      await writeWhole(path, 'new');
      expect(await readFile(other, 'utf8')).toBe('old');
    },
  );

  it.skipIf(isWindows)('may have a name of 255 bytes, and a path of nearly 4,096', async () => {
    const names = [`${'ü'.repeat(127)}x`, '漢'.repeat(85), 'x'.repeat(255)];
    for (const name of names) {
      await writeWhole(join(folder, name), 'new');
      await writeWholeWith(join(folder, name), (aside) => writeFile(aside, 'newer'));
      expect(await readFile(join(folder, name), 'utf8')).toBe('newer');
    }
    await writeNew(join(folder, 'y'.repeat(255)), (aside) => mkdir(aside));
    expect((await readdir(folder)).sort()).toEqual([...names, 'y'.repeat(255)].sort());
    if (process.platform !== 'linux') return;
    let deep = folder;
    while (deep.length < 4095 - 202) deep = join(deep, 'd'.repeat(200));
    deep = join(deep, 'd'.repeat(4095 - deep.length - 3));
    await mkdir(deep, { recursive: true });
    const path = join(deep, 'a');
    expect(path).toHaveLength(4095);
    await writeWhole(path, 'new');
    await writeWholeWith(path, (aside) => writeFile(aside, 'newer'));
    expect(await readFile(path, 'utf8')).toBe('newer');
    expect(await readdir(deep)).toEqual(['a']);
  });
});

describe.skipIf(isWindows)('what is no file', () => {
  const WRITE = `const { writeWhole } = await import(${JSON.stringify(BUILT)});
    await writeWhole(process.argv[1], 'hello');`;
  /** What a command gives on its standard output, after the shell has run it. */
  const shell = (command: string, ...args: string[]) => {
    const { stdout, stderr, status } = spawnSync('bash', ['-c', command, process.execPath, ...args], {
      encoding: 'utf8',
    });
    return { stdout, stderr, status };
  };

  it('is written to, and stays what it is: a device', async () => {
    await writeWhole('/dev/null', 'gone');
    await writeWholeWith('/dev/null', (aside) => writeFile(aside, 'gone'));
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'is written to, and stays what it is: a device that is full',
    async () => {
      await expect(writeWhole('/dev/full', 'x')).rejects.toThrow(
        /^Cannot write to \/dev\/full: the disk is full/,
      );
      expect((await stat('/dev/full')).isCharacterDevice()).toBe(true);
    },
  );

  it('is written to, and stays what it is: a pipe, whose reader may come later and be slow', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const content = 'x'.repeat(300_000);
    for (const write of [
      () => writeWhole(pipe, content),
      () => writeWholeWith(pipe, (aside) => writeFile(aside, content)),
    ]) {
      const writing = write();
      await sleep(100);
      const read = spawn('bash', ['-c', 'exec < "$0"; sleep .2; wc -c', pipe]);
      const [count] = await Promise.all([read.stdout.toArray(), writing]);
      expect(Number(Buffer.concat(count).toString())).toBe(content.length);
      expect((await lstat(pipe)).isFIFO()).toBe(true);
    }
  });

  it('is waited for no longer than a signal says: a pipe without a reader', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reason = new Error('stopped');
    const controller = new AbortController();
    const { signal } = controller;
    const writing = [
      writeWhole(pipe, 'x', { signal }),
      writeWholeWith(pipe, (aside) => writeFile(aside, 'x'), { signal }),
    ];
    setTimeout(() => controller.abort(reason), 100);
    for (const { status, ...outcome } of await Promise.allSettled(writing)) {
      expect([status, outcome]).toEqual(['rejected', { reason }]);
    }
    await writeWhole(join(folder, 'file'), 'written', { signal });
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('written');
  });

  it('is written to, and stays what it is: a pipe whose reader goes away', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const read = spawn('head', ['-c', '1', pipe]);
    await expect(writeWhole(pipe, 'x'.repeat(300_000))).rejects.toThrow(
      /pipe: nobody reads from it any more/,
    );
    read.kill();
  });

  it('is a command, as the shell names it', () => {
    const script = `"$0" --input-type=module -e "$1" >(tr a-z A-Z) | cat`;
    expect(shell(script, WRITE).stdout).toBe('HELLO');
  });

  it('is the standard output where that is a file: what stands in it stays', async () => {
    const file = join(folder, 'out');
    const script = `{ echo before; "$0" --input-type=module -e "$1" /dev/stdout; echo after; } > "$2"`;
    shell(script, WRITE, file);
    expect(await readFile(file, 'utf8')).toBe('before\nhelloafter\n');
    shell(
      `{ echo before; "$0" --input-type=module -e "$1" /dev/fd/7; echo after; } 7>&1 > "$2"`,
      WRITE,
      file,
    );
    expect(await readFile(file, 'utf8')).toBe('before\nafter\n');
  });

  it('is nothing that is not open', async () => {
    await expect(writeWhole('/dev/fd/999999', 'x')).rejects.toThrow(/it is not open for writing/);
  });
});
