import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeNpy, NpyError, parseNpy, parseNpyHeader } from '../../src/archives/npy.js';
import { readNpz, writeNpz } from '../../src/archives/npz.js';

const golden = (name: string) => join(import.meta.dirname, '../../fixtures/golden', name);

function npyWithHeader(header: string, values: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header, 'latin1'), values]);
}

describe('.npy', () => {
  test("reads NumPy's own files", async () => {
    const real = parseNpy(await readFile(golden('metrics/real.npy')));
    expect(real.shape).toEqual([700, 64]);
    expect(real.data).toBeInstanceOf(Float32Array);
    const permutation = parseNpy(await readFile(golden('metrics/rng_permutation_1000.npy')));
    expect(permutation.data.slice(0, 5)).toEqual(Int32Array.of(725, 986, 815, 656, 469));
  });

  test('writes the very bytes that NumPy wrote', async () => {
    for (const file of [
      'metrics/real.npy',
      'metrics/rng_permutation_1000.npy',
      'metrics/dgm_eval_realism_k5.npy',
    ]) {
      const bytes = await readFile(golden(file));
      expect(encodeNpy(parseNpy(bytes)).equals(bytes), file).toBe(true);
    }
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), fc.infiniteStream(fc.double()), (rows, columns, stream) => {
        const data = Float64Array.from({ length: rows * columns }, () => stream.next().value);
        const read = parseNpy(encodeNpy({ shape: [rows, columns], data }));
        expect(read.shape).toEqual([rows, columns]);
        expect(read.data).toEqual(data);
      }),
    );
  });

  test('Fortran order becomes row-major', () => {
    const values = new Uint8Array(new Float64Array([1, 4, 2, 5, 3, 6]).buffer);
    const bytes = npyWithHeader("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }\n", values);
    expect(Array.from(parseNpy(bytes).data as Float64Array)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ['objects', npyWithHeader("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"), /type \|O/],
    [
      'code',
      npyWithHeader("{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': (1,)}"),
      /plain array/,
    ],
    [
      'records',
      npyWithHeader("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n"),
      /plain array/,
    ],
    [
      'a shape that lies',
      npyWithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }\n"),
      /should hold 36 bytes/,
    ],
    [
      'a shape past memory',
      npyWithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }\n"),
      /no memory/,
    ],
    ['a header that is cut', npyWithHeader("{'descr': '<f4', ").subarray(0, 14), /cut short/],
    ['another file', Buffer.from('PNG, or so it says'), /not a \.npy/],
    ['a later format', Buffer.from('\x93NUMPY\x09\x00\x00\x00', 'latin1'), /version 9/],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => parseNpy(bytes)).toThrow(NpyError);
    expect(() => parseNpy(bytes)).toThrow(message);
  });

  test('no bytes at all break the header reader', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const bytes = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), tail]);
        try {
          parseNpyHeader(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NpyError);
        }
      }),
    );
  });
});

describe('.npz', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ganeval-npz-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("reads pytorch-fid's statistics", async () => {
    const { mu, sigma } = await readNpz(golden('metrics/stats_real.npz'), ['mu', 'sigma']);
    expect(mu.shape).toEqual([64]);
    expect(sigma.shape).toEqual([64, 64]);
    expect(sigma.data).toBeInstanceOf(Float64Array);
  });

  test('what is written is read back, and the same every time', async () => {
    const mu = { shape: [3], data: new Float64Array([1, 2, 3]) };
    const first = join(folder, 'first.npz');
    const second = join(folder, 'second.npz');
    await writeNpz(first, { mu });
    await writeNpz(second, { mu });
    expect((await readNpz(first, ['mu'])).mu).toEqual(mu);
    expect((await readFile(first)).equals(await readFile(second))).toBe(true);
  });

  test('names what is absent and what is there', async () => {
    const path = join(folder, 'arr.npz');
    await writeNpz(path, { arr_0: { shape: [1], data: new Float32Array(1) } });
    await expect(readNpz(path, ['mu', 'sigma'])).rejects.toThrow(
      'has no array named mu or sigma; it has arr_0',
    );
  });

  test('a damaged file is an NpyError', async () => {
    const path = join(folder, 'cut.npz');
    await writeNpz(path, { mu: { shape: [1000], data: Float64Array.from({ length: 1000 }, Math.random) } });
    await truncate(path, 3000);
    await expect(readNpz(path, ['mu'])).rejects.toThrow(NpyError);
    await writeFile(path, 'no zip at all');
    await expect(readNpz(path, ['mu'])).rejects.toThrow(/is not an \.npz file/);
  });
});
