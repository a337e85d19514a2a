import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpyHeader, type NpyArray } from '../../../src/archives/npy.js';
import { isPictureNpz } from '../../../src/images/forms/npz.js';
import { imagesInMemory } from '../../../src/images/memory.js';
import { openImages } from '../../../src/images/open.js';
import { writeZip } from '../zip-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-npz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = (extension: string) => join(folder, `${files++}.${extension}`);

const ramp = (shape: readonly number[], first = 0): NpyArray => {
  const values = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Uint8Array.from({ length: values }, (_, i) => (first + i * 7) & 255) };
};
const labels = (...values: number[]): NpyArray => ({
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

const npz = (arrays: Record<string, NpyArray | Buffer>, stored = false) =>
  writeZip(
    newPath('npz'),
    Object.entries(arrays).map(([name, array]) => ({
      name: `${name}.npy`,
      bytes: Buffer.isBuffer(array) ? array : encodeNpy(array),
      stored,
    })),
  );

async function readAll(path: string, indices?: readonly number[]) {
  const source = await openImages(path);
  try {
    const inspections = await source.inspect();
    const pixels: number[][] = [];
    for await (const outcome of source.pictures(indices ?? source.entries.keys())) {
      if (!outcome.ok) throw new Error(outcome.reason);
      pixels.push([...outcome.pixels]);
    }
    return { source, inspections, pixels };
  } finally {
    await source.close();
  }
}

describe('an .npz file of pictures', () => {
  it('gives its rows in any order, stored or deflated, with labels by number', async () => {
    const pictures = ramp([12, 3, 2, 3]);
    const row = (i: number) => [...(pictures.data as Uint8Array).subarray(i * 18, i * 18 + 18)];
    for (const stored of [true, false]) {
      const path = await npz(
        { arr_0: pictures, arr_1: labels(10, 2, 2, 0, 10, 0, 2, 2, 0, 0, 10, 10) },
        stored,
      );
      const { source, pixels, inspections } = await readAll(path, [11, 0, 5, 5]);
      expect(pixels).toEqual([row(11), row(0), row(5), row(5)]);
      expect(source.kind).toBe('npz');
      expect(source.classNames).toEqual(['0', '2', '10']);
      expect(source.entries.slice(0, 3)).toEqual([
        { id: '00', label: 2 },
        { id: '01', label: 1 },
        { id: '02', label: 1 },
      ]);
      expect(inspections.at(3)).toMatchObject({ width: 2, height: 3 });
    }
  });

  it('has the digests of the same pictures in memory, and others in another shape', async () => {
    const { data } = ramp([2, 2, 4, 3]);
    const pictures = [0, 1].map((i) => ({
      id: String(i),
      width: 4,
      height: 2,
      pixels: (data as Uint8Array).subarray(i * 24, i * 24 + 24),
    }));
    const inMemory = await imagesInMemory({ name: 'memory', pictures }).inspect();
    const path = await npz({ arr_0: { shape: [2, 2, 4, 3], data } });
    expect((await readAll(path)).inspections).toEqual(inMemory);
    const other = await npz({ arr_0: { shape: [2, 4, 2, 3], data } });
    expect((await readAll(other)).inspections.sha256(0)).not.toBe(inMemory.sha256(0));
  });

  it('may call its one array anything, and hold gray', async () => {
    const path = await npz({ images: ramp([3, 2, 2, 1]) });
    const source = await openImages(path);
    const picture = await source.picture(1);
    expect(picture.changes).toEqual(['gray-expanded']);
    expect([...picture.pixels.subarray(0, 6)]).toEqual([28, 28, 28, 35, 35, 35]);
    await source.close();
    expect(await isPictureNpz(path)).toBe(true);
    expect(await isPictureNpz(await npz({ mu: ramp([2]), sigma: ramp([2, 2]) }))).toBe(false);
  });

  it('takes any integers as labels', async () => {
    for (const data of [Uint8Array.of(3, 1), Int32Array.of(3, 1), Uint16Array.of(3, 1), Int8Array.of(3, 1)]) {
      const path = await npz({ arr_0: ramp([2, 1, 1, 3]), arr_1: { shape: [2], data } });
      expect((await openImages(path)).classNames).toEqual(['1', '3']);
    }
  });

  it.each<[string, Record<string, NpyArray | Buffer>, RegExp]>([
    [
      'floats',
      { arr_0: { shape: [1, 2, 2, 3], data: new Float32Array(12) } },
      /arr_0 of .* floating-point values \(<f4\).*round\(\)/,
    ],
    ['objects', { arr_0: objectArray() }, /arr_0 of .* holds Python objects/],
    ['channels first', { arr_0: ramp([4, 3, 8, 8]) }, /4×3×8×8.*transpose\(0, 2, 3, 1\)/],
    ['five channels', { arr_0: ramp([4, 8, 8, 5]) }, /4×8×8×5 instead of N×H×W×3/],
    ['Fortran order', { arr_0: fortranArray() }, /ascontiguousarray/],
    ['no pictures', { arr_0: ramp([0, 2, 2, 3]) }, /holds no pictures/],
    ['no pixels', { arr_0: ramp([4, 0, 2, 3]) }, /no pixels/],
    ['a shape that lies', { arr_0: encodeNpyHeader('|u1', [2 ** 40, 8, 8, 3]) }, /its header lies/],
    ['code in the header', { arr_0: codeArray() }, /no plain array/],
    [
      'statistics',
      { mu: ramp([2]), sigma: ramp([2, 2]) },
      /holds statistics \(mu and sigma\) and no pictures: name it with --reference/,
    ],
    ['too few labels', { arr_0: ramp([2, 2, 2, 3]), arr_1: labels(1) }, /arr_1 of .* there are 2 pictures/],
    ['negative labels', { arr_0: ramp([2, 2, 2, 3]), arr_1: labels(1, -1) }, /picture 1 the label -1/],
    [
      'one-hot labels',
      { arr_0: ramp([2, 2, 2, 3]), arr_1: { shape: [2, 2], data: new Uint8Array(4) } },
      /shape 2×2/,
    ],
    [
      'float labels',
      { arr_0: ramp([2, 2, 2, 3]), arr_1: { shape: [2], data: new Float32Array(2) } },
      /floating-point labels/,
    ],
    [
      'far too many labels',
      { arr_0: ramp([2, 2, 2, 3]), arr_1: ramp([100_000]) },
      /more than the labels of 2/,
    ],
  ])('is refused with %s', async (_, arrays, sentence) => {
    const error = await openImages(await npz(arrays)).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'ImagesError' });
    expect((error as Error).message).toMatch(sentence);
  });

  it('is known as damaged before a picture is given', async () => {
    const path = await npz({ arr_0: ramp([50, 64, 64, 3]) }, true);
    const bytes = readFileSync(path);
    bytes[500_000] ^= 1;
    writeFileSync(path, bytes);
    const source = await openImages(path);
    await expect(source.inspect()).rejects.toThrow(/arr_0 of .* is damaged \(its checksum/);
    await expect(source.picture(1)).rejects.toThrow(/checksum/);
    await source.close();
  });

  it('leaves nothing in the temporary folder, not even when it is damaged or aborted', async () => {
    const before = process.env.TMPDIR;
    const own = mkdtempSync(join(folder, 'tmp-'));
    const path = await npz({ arr_0: ramp([50, 8, 8, 3]) });
    process.env.TMPDIR = own;
    try {
      const source = await openImages(path);
      const reason = new Error('enough');
      await expect(source.inspect({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(await source.inspect()).toHaveLength(50);
      expect(readdirSync(own)).toEqual([]);
      await source.close();
      process.env.TMPDIR = join(own, 'absent');
      const stuck = await openImages(path);
      await expect(stuck.inspect()).rejects.toMatchObject({ name: 'StorageError' });
      await stuck.close();
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  it('round-trips any array of pictures', async () => {
    const arrays = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([rows, height, width]) =>
        fc.record({
          shape: fc.constant([rows, height, width, 3]),
          data: fc.uint8Array({ minLength: rows * height * width * 3, maxLength: rows * height * width * 3 }),
          stored: fc.boolean(),
        }),
      );
    await fc.assert(
      fc.asyncProperty(arrays, async ({ shape, data, stored }) => {
        const { pixels } = await readAll(await npz({ arr_0: { shape, data } }, stored));
        expect(pixels.flat()).toEqual([...data]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('an .npy file of pictures', () => {
  it('gives its rows', async () => {
    const path = newPath('npy');
    const pictures = ramp([3, 2, 2, 3]);
    writeFileSync(path, encodeNpy(pictures));
    const { pixels, source } = await readAll(path);
    expect(pixels.flat()).toEqual([...(pictures.data as Uint8Array)]);
    expect(source.kind).toBe('npy');
    expect(source.classNames).toBeUndefined();
  });

  it('is refused where it is cut short, and read by its content whatever its name', async () => {
    const path = newPath('data');
    writeFileSync(path, encodeNpy(ramp([3, 2, 2, 3])).subarray(0, -1));
    await expect(openImages(path)).rejects.toThrow(/163 bytes long instead of the 164/);
    writeFileSync(path, Buffer.from('nothing'));
    await expect(openImages(path)).rejects.toThrow(/is a file of no known kind/);
    const named = newPath('npy');
    writeFileSync(named, Buffer.from('nothing'));
    await expect(openImages(named)).rejects.toThrow(/is not a .npy array/);
  });
});

function headerWith(text: string): Buffer {
  const plain = encodeNpyHeader('|u1', [1, 2, 2, 3]);
  const head = plain.toString('latin1');
  const body = `${text.padEnd(plain.length - 11)}\n`;
  return Buffer.from(head.slice(0, 10) + body, 'latin1');
}

function objectArray(): Buffer {
  return headerWith("{'descr': '|O', 'fortran_order': False, 'shape': (1, 2, 2, 3), }");
}

function fortranArray(): Buffer {
  const head = headerWith("{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2, 2, 3), }");
  return Buffer.concat([head, Buffer.alloc(12)]);
}

function codeArray(): Buffer {
  return headerWith("{'descr': __import__('os').system('true'), 'shape': (1, 2, 2, 3), }");
}
