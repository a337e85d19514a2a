import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it, vi } from 'vitest';

/** Whether /proc says anything. */
const proc = vi.hoisted(() => ({ isThere: true }));

vi.mock('node:fs', async (load) => {
  const real = await load<typeof import('node:fs')>();
  const hide = <Rest extends unknown[], Result>(read: (path: string, ...rest: Rest) => Result) => {
    return (path: string, ...rest: Rest) => {
      if (!proc.isThere && String(path).startsWith('/proc')) throw new Error('ENOENT');
      return read(path, ...rest);
    };
  };
  return {
    ...real,
    readFileSync: hide(real.readFileSync as (path: string) => string),
    readlinkSync: hide(real.readlinkSync as (path: string) => string),
  };
});

/** The module as another process loads it. */
async function load() {
  vi.resetModules();
  return import('../../src/storage/owner-tag.js');
}

beforeEach(() => {
  proc.isThere = true;
});

describe.runIf(process.platform === 'linux')(
  'an owner where Linux does not say which namespace it is in',
  () => {
    it('is unknown to others, whatever their names and addresses, and living or dead to itself', async () => {
      proc.isThere = false;
      const [one, other] = [await load(), await load()];
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      expect(one.thisProcess().space).not.toBe(other.thisProcess().space);
      // Its number is in use by nobody here: that proves nothing of another container.
      expect(one.stateOf({ ...other.thisProcess(), pid })).toBe('unknown');
      expect(one.stateOf(one.thisProcess())).toBe('alive');
    });

    it('is known where it is said', async () => {
      const [one, other] = [await load(), await load()];
      expect(one.thisProcess()).toEqual(other.thisProcess());
      expect(one.stateOf(other.thisProcess())).toBe('alive');
    });
  },
);
