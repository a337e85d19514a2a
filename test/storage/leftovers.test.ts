import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTemporaryName, sweepLeftovers, temporaryName } from '../../src/storage/leftovers.js';
import { makeTag, ownerOf, stateOf, thisProcess } from '../../src/storage/owner-tag.js';

const DIST = join(import.meta.dirname, '../../dist');
const ELSEWHERE = { ...thisProcess(), space: '0123456789ab' };
const LONG_AGO = new Date(Date.now() - 25 * 60 * 60 * 1000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-leftovers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const nameFor = (owner: typeof ELSEWHERE) => `.ganeval-${makeTag(owner)}.tmp`;

describe('an owner', () => {
  it('is named by a short tag, and read from it', () => {
    const owner = { space: '0123456789ab', pid: 2 ** 31 - 1, start: 'z'.repeat(13) };
    expect(ownerOf(makeTag(owner))).toEqual(owner);
    expect(Buffer.byteLength(temporaryName())).toBeLessThan(80);
    expect(makeTag()).not.toBe(makeTag());
    for (const none of ['', 'x', '0123456789ab-0-1-0123456789ab', `${makeTag()}x`])
      expect(ownerOf(none)).toBeUndefined();
  });

  it('is alive, dead, or unknown where its number means nothing here', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const self = thisProcess();
    expect(stateOf(self)).toBe('alive');
    expect(stateOf({ ...self, pid })).toBe('dead');
    expect(stateOf({ ...self, start: '1' })).toBe('dead');
    expect(stateOf({ ...self, pid, space: '0123456789ab' })).toBe('unknown');
    expect(stateOf({ ...self, pid: 2 ** 31 })).toBe('unknown');
  });
});

describe('a sweep', () => {
  it('removes what dead processes left, files and folders, and what is a day old of unknown ones', async () => {
    const dead = { ...thisProcess(), start: '1' };
    await writeFile(join(folder, nameFor(dead)), 'half');
    await mkdir(join(folder, nameFor(dead), 'deep'), { recursive: true }).catch(() => undefined);
    const abandoned = join(folder, nameFor(ELSEWHERE));
    await writeFile(abandoned, 'half');
    await utimes(abandoned, LONG_AGO, LONG_AGO);
    expect(await sweepLeftovers(folder)).toBe(3);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves alone what a living or unknown process writes, and every file of another name', async () => {
    const kept = [
      temporaryName(),
      nameFor(ELSEWHERE),
      '.ganeval-mine.tmp',
      `${nameFor({ ...thisProcess(), start: '1' })}.bak`,
      `x${nameFor({ ...thisProcess(), start: '1' })}`,
      'result.json.12-0123abcd.tmp',
    ];
    for (const name of kept) {
      await writeFile(join(folder, name), '');
      if (!isTemporaryName(name)) await utimes(join(folder, name), LONG_AGO, LONG_AGO);
    }
    expect(await sweepLeftovers(folder)).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(kept.sort());
    expect(await sweepLeftovers(join(folder, 'absent'))).toBe(0);
  });
});

describe('the folder for temporary files', () => {
  /** Takes in its standard input, says so, and waits. */
  const script = `
    const { spoolInput } = await import(${JSON.stringify(join(DIST, 'images/standard-input.js'))});
    const spooled = await spoolInput(process.stdin);
    console.log('spooled');
    if (process.argv[1] === 'wait') setTimeout(() => {}, 60_000); else await spooled.close();`;
  const start = (what: string) =>
    spawn(process.execPath, ['--input-type=module', '-e', script, what], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['pipe', 'pipe', 'inherit'],
    });

  it.skipIf(process.platform === 'win32')(
    'keeps nothing of an input whose process was killed, once another one comes',
    async () => {
      const killed = start('wait');
      killed.stdin.end('x'.repeat(100_000));
      await once(killed.stdout, 'data');
      const ended = once(killed, 'exit');
      killed.kill('SIGKILL');
      await ended;
      const left = await readdir(folder);
      expect(left).toHaveLength(1);
      expect(isTemporaryName(left[0])).toBe(true);
      const next = start('end');
      next.stdin.end('x');
      await once(next, 'exit');
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
