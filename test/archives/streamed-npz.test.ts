import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz, writeStreamedNpz } from '../../src/archives/npz.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-npz-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function* pieces(...values: number[][]) {
  for (const some of values) yield Uint8Array.from(some);
}

describe('writeStreamedNpz', () => {
  it('writes what is read back, in the order in which it comes', async () => {
    const path = join(folder, 'two.npz');
    await writeStreamedNpz(path, {
      arr_0: { type: '|u1', shape: [3, 2], pieces: pieces([1, 2], [3], [], [4, 5, 6]) },
      arr_1: { type: '<i4', shape: [2], pieces: pieces([7, 0, 0, 0], [8, 0, 0, 0]) },
    });
    const { arr_0, arr_1 } = await readNpz(path, ['arr_0', 'arr_1']);
    expect(arr_0).toEqual({ shape: [3, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect(arr_1).toEqual({ shape: [2], data: Int32Array.of(7, 8) });
  });

  it('throws what its pieces throw, and what the disk says', async () => {
    async function* failing() {
      yield Uint8Array.of(1);
      throw new RangeError('no more');
    }
    const array = () => ({ type: '|u1' as const, shape: [2], pieces: failing() });
    await expect(writeStreamedNpz(join(folder, 'bad.npz'), { arr_0: array() })).rejects.toThrow('no more');
    const nowhere = join(folder, 'no', 'where.npz');
    const good = { type: '|u1' as const, shape: [1], pieces: pieces([1]) };
    await expect(writeStreamedNpz(nowhere, { arr_0: good })).rejects.toThrow('ENOENT');
  });
});
