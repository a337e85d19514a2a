import { appendFile, copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { openPth, type PthTensor, readPth } from '../../src/pytorch/index.js';

const FIXTURES = 'fixtures/pytorch/safetensors';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const bits = (tensors: ReadonlyMap<string, PthTensor>) =>
  Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => [name, { shape, bytes: Buffer.from(data.buffer) }]),
  );

/** A file of these bytes behind a header. */
async function put(header: unknown, data = Buffer.alloc(16), length?: number): Promise<string> {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length ?? text.length));
  const path = join(folder, 'case.safetensors');
  await writeFile(path, Buffer.concat([size, text, data]));
  return path;
}

const weight = (over: object = {}) => ({ dtype: 'F32', shape: [2, 2], data_offsets: [0, 16], ...over });

describe('a safetensors file', () => {
  it('holds what torch.save wrote of the same tensors, of each type, bit by bit', async () => {
    const tensors = await readPth(`${FIXTURES}/types.safetensors`);
    expect(tensors.size).toBe(12);
    expect(bits(tensors)).toEqual(bits(await readPth(`${FIXTURES}/types.pth`)));
  });

  it.each<[what: string, path: () => Promise<string>, message: RegExp]>([
    [
      'whose header is longer than the file',
      () => put({ a: weight() }, undefined, 1e6),
      /is cut short: its header has 1000000 bytes/,
    ],
    [
      'whose header has no end',
      () => put({ a: weight() }, undefined, 2 ** 53),
      /is neither|begins with|is cut short/,
    ],
    [
      'that ends in a tensor',
      () => put({ a: weight() }, Buffer.alloc(15)),
      /is cut short: its tensors have 16 bytes, and 15 are there/,
    ],
    [
      'with bytes behind the tensors',
      () => put({ a: weight() }, Buffer.alloc(17)),
      /has 1 bytes behind its last tensor/,
    ],
    ['that is no JSON', () => put('{"a":', Buffer.alloc(16)), /has a header that is no JSON/],
    [
      'of nested brackets',
      () => put(`{"a":${'['.repeat(1e5)}`),
      /has a header that can't be read: it nests lists or objects more than 100 deep/,
    ],
    [
      'of too many tensors',
      () => put(`{${Array.from({ length: 2e5 }, (_, i) => `"${i}":{"dtype":0,"shape":0}`).join()}}`),
      /has a header that can't be read: it has more than 1048576 values: give a file of fewer tensors/,
    ],
    [
      'that has a name twice',
      () => put(`{"a":${JSON.stringify(weight())},"\\u0061":${JSON.stringify(weight())}}`),
      /names a tensor, or a fact of one, twice in its header/,
    ],
    [
      'that has a shape twice',
      () => put('{"a":{"dtype":"F32","shape":[4],"shape":[2,2],"data_offsets":[0,16]}}'),
      /twice in its header/,
    ],
    [
      'with a shape of many axes',
      () => put({ a: weight({ shape: Array(40_000).fill(1) }) }),
      /has the tensor "a" of 40000 axes; up to 16 are read/,
    ],
    [
      'with a shape that is too large',
      () => put({ a: weight({ shape: [2 ** 40, 2 ** 40] }) }),
      /has 16 bytes for the tensor "a" where its shape needs/,
    ],
    [
      'with a place outside',
      () => put({ a: weight({ data_offsets: [0, 2 ** 40] }) }),
      /bytes for the tensor "a" where its shape needs 16/,
    ],
    [
      'with a place that ends before it begins',
      () => put({ a: weight({ data_offsets: [16, 0] }) }),
      /has the tensor "a" at no place/,
    ],
    ['with negative sides', () => put({ a: weight({ shape: [-2, -2] }) }), /has the tensor "a" of no shape/],
    [
      'with tensors that overlap',
      () => put({ a: weight(), b: weight() }),
      /has the tensor "b" at byte 0 of its data, where 16 is next/,
    ],
    [
      'with a hole',
      () => put({ a: weight({ data_offsets: [16, 32] }) }, Buffer.alloc(32)),
      /at byte 16 of its data, where 0 is next/,
    ],
    [
      'of a type that is not read',
      () => put({ a: weight({ dtype: 'F8_E4M3', data_offsets: [0, 4] }) }, Buffer.alloc(4)),
      /of the type "F8_E4M3"; F64, F32/,
    ],
    ['without tensors', () => put({ __metadata__: { format: 'pt' } }, Buffer.alloc(0)), /holds no tensor/],
    ['whose entry is a number', () => put({ a: 1 }), /says nothing of the tensor "a"/],
  ])('%s is refused in one sentence', async (_, make, message) => {
    const path = await make();
    const opening = openPth(path);
    await expect(opening).rejects.toThrow(NetworkError);
    await expect(opening).rejects.toThrow(message);
  });

  it('is refused at once for a shape of many axes', async () => {
    const path = await put({ a: weight({ shape: Array(100_000).fill(1) }) });
    const start = performance.now();
    await expect(openPth(path)).rejects.toThrow('of 100000 axes');
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each<[what: string, change: (path: string) => Promise<void>]>([
    ['was written to', (path) => appendFile(path, '0')],
    [
      'was replaced by one of the same length',
      async (path) => {
        const bytes = await readFile(path);
        await writeFile(`${path}.new`, bytes);
        await rename(`${path}.new`, path);
      },
    ],
    ['was removed', (path) => rm(path)],
  ])('says that it %s since it was opened', async (_, change) => {
    const path = await put({ a: weight() });
    const opened = await openPth(path);
    try {
      await opened.checkUnchanged();
      await change(path);
      await expect(opened.checkUnchanged()).rejects.toThrow(NetworkError);
      await expect(opened.checkUnchanged()).rejects.toThrow(
        `${path} was changed or removed while it was read: run again`,
      );
    } finally {
      await opened.close();
    }
  });

  it('reads names of objects of the language as any other', async () => {
    const tensors = await readPth(await put(`{"__proto__":${JSON.stringify(weight())}}`));
    expect([...tensors.keys()]).toEqual(['__proto__']);
  });
});

describe('weights in shards', () => {
  it('are what they are in one file', async () => {
    const tensors = await readPth(`${FIXTURES}/model.safetensors.index.json`);
    expect(bits(tensors)).toEqual(bits(await readPth(`${FIXTURES}/types.safetensors`)));
    const opened = await openPth(`${FIXTURES}/model.safetensors.index.json`);
    expect(opened.shards).toHaveLength(2);
    await opened.close();
  });

  const FIRST = 'model-00001-of-00002.safetensors';
  it.each<[what: string, map: unknown, message: RegExp]>([
    [
      'outside its folder',
      { scalar: '../model.safetensors' },
      /is in "..\/model.safetensors", which is no file beside it/,
    ],
    ['by a whole path', { scalar: '/etc/passwd' }, /which is no file beside it/],
    ['in a number', { scalar: 1 }, /which is no file beside it/],
    ['in itself', { scalar: 'a.safetensors.index.json' }, /which is no file beside it/],
    ['in a file that is gone', { scalar: 'gone.safetensors' }, /gone\.safetensors cannot be read \(ENOENT\)/],
    [
      'in a file that has it not',
      { scalar: FIRST },
      /says that "scalar" is in model-00001-of-00002\.safetensors, which has no such tensor/,
    ],
    ['nowhere', {}, /has no weight_map/],
    ['in no map', [], /has no weight_map/],
  ])('are refused where the index says that they are %s', async (_, map, message) => {
    await copyFile(`${FIXTURES}/${FIRST}`, join(folder, FIRST));
    const path = join(folder, 'a.safetensors.index.json');
    await writeFile(path, JSON.stringify({ weight_map: map }));
    await expect(openPth(path)).rejects.toThrow(NetworkError);
    await expect(openPth(path)).rejects.toThrow(message);
  });

  it('are refused where the index is no JSON', async () => {
    const path = join(folder, 'b.safetensors.index.json');
    await writeFile(path, (await readFile(`${FIXTURES}/model.safetensors.index.json`)).subarray(0, 100));
    await expect(openPth(path)).rejects.toThrow(/is no JSON/);
  });
});
