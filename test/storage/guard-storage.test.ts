import { expect, test, vi } from 'vitest';
import { StorageError } from '../../src/core/errors.js';
import { guardStorage } from '../../src/storage/guard-storage.js';
import { openTemporaryFolder } from '../../src/storage/temporary-folder.js';

const failWith = (code: string) =>
  guardStorage('out.json', () => Promise.reject(Object.assign(new Error(code), { code }))).catch(
    (error: unknown) => error as Error,
  );

test.each([
  ['ENOSPC', 'the disk is full: make room and run again, what is finished is kept'],
  ['EIO', 'the disk reports an error: check the disk, and write to another one'],
  ['EXDEV', 'it is on another disk than its folder: choose another folder'],
  ['EBUSY', 'it is in use, or mounted as a single file: choose another place, or mount its folder'],
])('%s of the disk is a sentence that says what to do', async (code, reason) => {
  const error = await failWith(code);
  expect(error).toBeInstanceOf(StorageError);
  expect(error.message).toBe(`Cannot write to out.json: ${reason}.`);
  expect(error.cause).toMatchObject({ code });
});

test('a folder that may not be written to names the other way out, and the variable that names it', async () => {
  const fail = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
  const place = { wayOut: 'keep no features (--no-cache)' };
  await expect(guardStorage('/c', () => fail('EROFS'), place)).rejects.toThrow(
    'Cannot write to /c: the disk is read-only: choose another folder, or keep no features (--no-cache).',
  );
  await expect(guardStorage('/c', () => fail('ENOSPC'), place)).rejects.toThrow(/kept\.$/);
  vi.stubEnv('TMPDIR', '/nope');
  const opening = openTemporaryFolder();
  await expect(opening).rejects.toThrow(
    'Cannot write to /nope (from TMPDIR): there is no such folder: create it or choose another.',
  );
  vi.unstubAllEnvs();
});

test('what is no fault of the disk stays what it is', async () => {
  expect(await failWith('ERR_INVALID_ARG_TYPE')).not.toBeInstanceOf(StorageError);
});
