import { expect, test } from 'vitest';
import { StorageError } from '../../src/core/errors.js';
import { guardStorage } from '../../src/storage/guard-storage.js';

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

test('what is no fault of the disk stays what it is', async () => {
  expect(await failWith('ERR_INVALID_ARG_TYPE')).not.toBeInstanceOf(StorageError);
});
