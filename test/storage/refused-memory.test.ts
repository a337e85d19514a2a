import { expect, test } from 'vitest';
import { ImagesError, StorageError } from '../../src/core/errors.js';
import { explainRefusedMemory } from '../../src/storage/refused-memory.js';

const withCode = (code: string) => Object.assign(new Error('said the system'), { code });
const WASM = 'WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance';

test.each([
  ['WebAssembly', new RangeError(WASM)],
  ['a memory of WebAssembly', new RangeError('WebAssembly.Memory(): could not allocate memory')],
  ['an array', new RangeError('Array buffer allocation failed')],
  ['a thread', withCode('ERR_WORKER_OUT_OF_MEMORY')],
  ['the system', withCode('ENOMEM')],
  ['ONNX Runtime', new Error('Failed to allocate memory for requested buffer of size 8589934592')],
  ['C++', new Error('std::bad_alloc')],
  ['a cause that was taken for something else', new ImagesError('bad.', { cause: withCode('ENOMEM') })],
])('memory that the system refuses is told from %s, with what to do', (_, error) => {
  const explained = explainRefusedMemory(error);
  expect(explained).toBeInstanceOf(StorageError);
  expect(String(explained)).toMatch(/no more memory: .*ulimit -v.*--threads/);
});

test('nothing else is taken for it', () => {
  for (const error of [withCode('ENOSPC'), new RangeError('Invalid array length'), 'ENOMEM', undefined])
    expect(explainRefusedMemory(error)).toBe(error);
});
