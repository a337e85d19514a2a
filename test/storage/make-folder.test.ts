import { expect, test, vi } from 'vitest';
import { guardStorage } from '../../src/storage/guard-storage.js';
import { makeFolder } from '../../src/storage/make-folder.js';

/** A disk that is read-only, as Node tells of it: where it is to make the folders above too, it says that there are none. */
vi.mock('node:fs/promises', async (load) => ({
  ...(await load<object>()),
  mkdir: async (_path: string, options?: { recursive: boolean }) => {
    const code = options?.recursive ? 'ENOENT' : 'EROFS';
    throw Object.assign(new Error(code), { code });
  },
}));

test('a folder on a read-only disk is refused for that, and not for a folder that is not there', async () => {
  const making = guardStorage('/absent', () => makeFolder('/absent/and/deeper'));
  await expect(making).rejects.toThrow(
    'Cannot write to /absent: the disk is read-only: choose another folder.',
  );
});
