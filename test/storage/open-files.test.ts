import { describe, expect, test } from 'vitest';
import { ImagesError, StorageError } from '../../src/core/errors.js';
import { explainOpenFilesLimit } from '../../src/storage/open-files.js';

const system = (code: string) => Object.assign(new Error(`${code}: said the system`), { code });

describe('a limit of open files', () => {
  test.each([
    ['the system’s error', system('EMFILE')],
    ['the whole system’s', system('ENFILE')],
    ['a cause that was taken for something else', new ImagesError('bad.', { cause: system('EMFILE') })],
    [
      'a reason in a sentence',
      new ImagesError('One picture ("a.png" cannot be read (EMFILE: too many open files)).'),
    ],
    ['a library’s words', new Error('Load model failed: Too many open files')],
  ])('is told from %s', (_, error) => {
    const explained = explainOpenFilesLimit(error);
    expect(explained).toBeInstanceOf(StorageError);
    expect(String(explained)).toMatch(/Too many files are open at once: raise the limit/);
  });

  test('is no explanation of anything else', () => {
    for (const error of [system('ENOENT'), new Error('EMFILES'), 'EMFILE', undefined]) {
      expect(explainOpenFilesLimit(error)).toBe(error);
    }
  });
});
