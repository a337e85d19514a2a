import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatError } from '../../../src/archives/mat/mat-error.js';
import { readMat } from '../../../src/archives/mat/read-mat.js';
import { compressed, element, matArray, matHeader } from './mat-file.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/svhn', import.meta.url));
const EXPECTED = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8'));

const access = (bytes: Uint8Array) => ({
  size: bytes.length,
  async read(target: Uint8Array, position: number) {
    target.set(bytes.subarray(position, position + target.length));
  },
});

async function readAll(bytes: Uint8Array) {
  const arrays = [];
  for await (const { name, shape, type, values } of readMat(access(bytes))) {
    const pieces = [];
    for await (const piece of values()) pieces.push(Buffer.from(piece));
    arrays.push({ name, shape, type, data: Buffer.concat(pieces) });
  }
  return arrays;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('readMat', () => {
  it("reads SciPy's arrays, and passes by what is not of plain numbers", async () => {
    const arrays = await readAll(readFileSync(join(FIXTURES, 'plain.mat')));
    expect(arrays.map(({ name, shape, type }) => ({ name, shape, type }))).toEqual([
      { name: 'X', shape: [32, 32, 3, 3], type: 'uint8' },
      { name: 'y', shape: [3, 1], type: 'float64' },
    ]);
    expect(sha256(arrays[0].data)).toBe(EXPECTED.plain.sha256OfX);
    expect([0, 8, 16].map((at) => arrays[1].data.readDoubleLE(at))).toEqual(EXPECTED.plain.labels);
  });

  it('reads compressed arrays, those of one value in their tag, and an array that is passed by', async () => {
    const small = element(
      14,
      Buffer.concat([
        element(6, Buffer.from([9, 0, 0, 0, 0, 0, 0, 0])),
        element(5, Buffer.from([1, 0, 0, 0, 2, 0, 0, 0])),
        // The name b and the values 7 and 8 in tags of their own.
        Buffer.from([1, 0, 1, 0, 98, 0, 0, 0, 2, 0, 2, 0, 7, 8, 0, 0]),
      ]),
    );
    const file = Buffer.concat([
      matHeader(),
      compressed(matArray('a', [3, 1], Buffer.from([1, 2, 3]))),
      small,
    ]);
    expect((await readAll(file)).map(({ name, data }) => [name, ...data])).toEqual([
      ['a', 1, 2, 3],
      ['b', 7, 8],
    ]);
    const names = [];
    for await (const { name } of readMat(access(file))) names.push(name);
    expect(names).toEqual(['a', 'b']);
  });

  it('leaves nothing behind that waits, whatever the number of pieces', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    try {
      const data = randomBytes(2 ** 20);
      const [array] = await readAll(
        Buffer.concat([matHeader(), compressed(matArray('X', [2 ** 20, 1], data))]),
      );
      expect(array.data.equals(data)).toBe(true);
      await nextTurn();
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', note);
    }
  });

  const sound = () => matArray('X', [2, 2], Buffer.from([1, 2, 3, 4]));
  it.each<[string, Uint8Array, RegExp]>([
    ['no file of MATLAB', Buffer.alloc(200), /no \.mat file of MATLAB 5\.0/],
    ['nothing', Buffer.alloc(0), /is no \.mat file/],
    ['HDF5', Buffer.concat([matHeader({ version: 0x0200 }), sound()]), /MATLAB 7\.3.*"-v7"/],
    ['big-endian', Buffer.concat([matHeader({ order: 'MI' }), sound()]), /big-endian/],
    ['an element that is cut', Buffer.concat([matHeader(), sound()]).subarray(0, -5), /cut short/],
    ['a tag that is cut', Buffer.concat([matHeader(), Buffer.alloc(5)]), /cut short/],
    ['a stream that is cut', Buffer.concat([matHeader(), compressed(sound(), 9)]), /cut short|damaged/],
    ['a stream of other bytes', Buffer.concat([matHeader(), element(15, Buffer.alloc(64, 7))]), /damaged/],
    [
      'a stream that goes on',
      Buffer.concat([matHeader(), compressed(Buffer.concat([sound(), Buffer.alloc(99)]))]),
      /more bytes/,
    ],
    [
      'more values than sides',
      Buffer.concat([matHeader(), matArray('X', [2, 2], Buffer.alloc(5))]),
      /as many values/,
    ],
    [
      'negative sides',
      Buffer.concat([matHeader(), matArray('X', [-2, -2], Buffer.alloc(4))]),
      /as many values/,
    ],
    [
      'nine sides',
      Buffer.concat([matHeader(), matArray('X', Array(9).fill(1), Buffer.alloc(1))]),
      /stands before/,
    ],
    [
      'a name of a thousand bytes',
      Buffer.concat([matHeader(), matArray('X'.repeat(1000), [1, 1], Buffer.alloc(1))]),
      /stands before/,
    ],
    // 4 GB by its own word, in a hundred bytes.
    [
      'an array without its values',
      Buffer.concat([matHeader(), matArray('X', [2 ** 16, 2 ** 15], Buffer.alloc(0), { stated: 2 ** 31 })]),
      /cut short/,
    ],
    [
      'a stream without its values',
      Buffer.concat([
        matHeader(),
        compressed(matArray('X', [2 ** 16, 2 ** 15], Buffer.alloc(0), { stated: 2 ** 31 })),
      ]),
      /cut short/,
    ],
    ['ten thousand empty elements', Buffer.concat([matHeader(), Buffer.alloc(8 * 10_001)]), /10000 elements/],
  ])('refuses %s', async (_, bytes, says) => {
    const outcome = await readAll(bytes).catch((error: Error) => error);
    expect(outcome).toBeInstanceOf(MatError);
    expect((outcome as Error).message).toMatch(says);
  });

  it('ends in arrays or an error of its own for any bytes', async () => {
    const files = [
      readFileSync(join(FIXTURES, 'test_32x32.mat')),
      Buffer.concat([matHeader(), sound(), compressed(sound())]),
    ];
    const change = fc.record({ at: fc.nat(), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { maxLength: 5 }),
        fc.nat(),
        async (file, changes, cut) => {
          const bytes = Buffer.from(file);
          for (const { at, value } of changes) bytes[at % bytes.length] = value;
          const part = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
          const outcome = await readAll(part).catch((error: Error) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(MatError);
        },
      ),
      { numRuns: 150 },
    );
  });
});
