import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpyHeader, type NpyArray, type NpyData } from '../../../src/archives/npy.js';
import { isPictureNpz } from '../../../src/images/forms/npz.js';
import { type OpenImagesOptions, openImages } from '../../../src/images/open.js';
import { writeZip } from '../zip-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-arrays-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function npy(array: NpyArray | Buffer): string {
  const path = join(folder, `${files++}.npy`);
  writeFileSync(path, Buffer.isBuffer(array) ? array : encodeNpy(array));
  return path;
}
const npz = (arrays: Record<string, NpyArray>) =>
  writeZip(
    join(folder, `${files++}.npz`),
    Object.entries(arrays).map(([name, array]) => ({
      name: `${name}.npy`,
      bytes: encodeNpy(array),
      stored: true,
    })),
  );
const ramp = (shape: readonly number[]): NpyArray => ({
  shape,
  data: Uint8Array.from(
    { length: shape.reduce((product, side) => product * side, 1) },
    (_, i) => (i * 7) & 255,
  ),
});
/** An array of a type that is not written otherwise. */
function typed(type: string, shape: readonly number[], bytes: Uint8Array): Buffer {
  const plain = encodeNpyHeader('|u1', shape).toString('latin1').replace("'|u1'", `'${type}'`);
  return Buffer.concat([Buffer.from(plain, 'latin1'), bytes]);
}

async function read(path: string, options: OpenImagesOptions = {}) {
  const source = await openImages(path, options);
  try {
    const inspections = await source.inspect();
    const pictures = [];
    for await (const outcome of source.pictures(source.entries.keys())) pictures.push(outcome);
    return { source, inspections, pictures };
  } finally {
    await source.close();
  }
}

async function pixelsOf(path: string, options: OpenImagesOptions = {}) {
  const { pictures } = await read(path, options);
  return pictures.map((picture) => (picture.ok ? [...picture.pixels] : picture.reason));
}

describe('axes', () => {
  it.each([
    [[5, 7, 3], 1, [7, 5]],
    [[5, 7, 4], 1, [7, 5]],
    [[5, 7, 8], 5, [8, 7]],
    [[2, 5, 7, 3], 2, [7, 5]],
    [[2, 5, 7, 4], 2, [7, 5]],
    [[1, 5, 7], 1, [7, 5]],
  ])('of %j are %i pictures', async (shape, count, size) => {
    const { pictures } = await read(npy(ramp(shape)));
    expect(pictures).toHaveLength(count);
    expect(pictures[0]).toMatchObject({ ok: true, width: size[0], height: size[1] });
  });

  it('of H×W×3 are one picture in color, and of H×W×4 one with transparency', async () => {
    const array = ramp([2, 2, 3]);
    expect(await pixelsOf(npy(array))).toEqual([[...(array.data as Uint8Array)]]);
    const transparent: NpyArray = { shape: [1, 2, 4], data: Uint8Array.of(10, 20, 30, 255, 40, 50, 60, 0) };
    expect(await pixelsOf(npy(transparent))).toEqual([[10, 20, 30, 40, 50, 60]]);
    expect(await pixelsOf(npy(transparent), { alpha: 'white' })).toEqual([[10, 20, 30, 255, 255, 255]]);
  });

  it('may be stated, channels first too', async () => {
    const [red, green, blue] = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const planes: NpyArray = { shape: [1, 3, 1, 2], data: Uint8Array.from([...red, ...green, ...blue]) };
    expect(await pixelsOf(npy(planes), { layout: 'nchw' })).toEqual([[1, 3, 5, 2, 4, 6]]);
    expect(await pixelsOf(npy({ ...planes, shape: [3, 1, 2] }), { layout: 'chw' })).toEqual([
      [1, 3, 5, 2, 4, 6],
    ]);
    expect(await pixelsOf(npy({ ...planes, shape: [3, 1, 2] }), { layout: 'nhw' })).toHaveLength(3);
    expect(await pixelsOf(npy({ ...planes, shape: [2, 3] }), { layout: 'hw' })).toHaveLength(1);
    const floats: NpyArray = { shape: [1, 3, 1, 2], data: Float32Array.of(0, 1, 0.5, 0.25, 1, 0) };
    expect(await pixelsOf(npy(floats), { layout: 'nchw', range: '0..1' })).toEqual([
      [0, 128, 255, 255, 64, 0],
    ]);
  });

  it.each<[readonly number[], OpenImagesOptions, RegExp]>([
    [[4, 3, 8, 8], {}, /4×3×8×8.*--layout .*nchw.*transpose\(0, 2, 3, 1\)/],
    [[3, 8, 8], {}, /3×8×8.*--layout .*chw for one picture or nhw for 3 gray ones/],
    [[8, 9], {}, /8×9.*--layout .*hw/],
    [[8, 9, 5, 5], { layout: 'nhwc' }, /8×9×5×5 with 5 channels/],
    [[8, 9], { layout: 'nhwc' }, /has not the axes nhwc/],
  ])('of %j with %o are refused', async (shape, options, sentence) => {
    await expect(openImages(npy(ramp(shape)), options)).rejects.toThrow(sentence);
  });
});

describe('values', () => {
  const shape = [2, 1, 2, 1];
  const ramps: [OpenImagesOptions['range'], NpyData, number[][]][] = [
    [
      '0..1',
      Float32Array.of(0, 0.5, 1, 1.2),
      [
        [0, 128],
        [255, 255],
      ],
    ],
    [
      '-1..1',
      Float32Array.of(-1, 0, 1, -1.5),
      [
        [0, 128],
        [255, 0],
      ],
    ],
    [
      '0..255',
      Float64Array.of(0, 127.4, 127.5, 300),
      [
        [0, 127],
        [128, 255],
      ],
    ],
    [
      '0..255',
      BigInt64Array.of(0n, 1n, 200n, 255n),
      [
        [0, 1],
        [200, 255],
      ],
    ],
    [
      '0..1',
      Uint8Array.of(0, 1, 1, 0),
      [
        [0, 255],
        [255, 0],
      ],
    ],
  ];
  it.each(ramps)('of %s, %o', async (range, data, expected) => {
    const pixels = await pixelsOf(npy({ shape, data }), { range });
    expect(pixels).toEqual(expected.map((row) => row.flatMap((value) => [value, value, value])));
  });

  it('of bool and float16', async () => {
    expect(await pixelsOf(npy(typed('|b1', [1, 1, 2], Uint8Array.of(0, 1))), { range: '0..1' })).toEqual([
      [0, 0, 0, 255, 255, 255],
    ]);
    const halves = Buffer.from(Uint16Array.of(0x3800, 0x3c00).buffer);
    expect(await pixelsOf(npy(typed('<f2', [1, 1, 2], halves)), { range: '0..1' })).toEqual([
      [128, 128, 128, 255, 255, 255],
    ]);
  });

  it('of uint16 by their bits', async () => {
    const array = npy({ shape: [1, 1, 2], data: Uint16Array.of(0x0fff, 0x0100) });
    expect(await pixelsOf(array, { bitDepth: 12 })).toEqual([[255, 255, 255, 16, 16, 16]]);
    expect(await pixelsOf(array, { bitDepth: 16 })).toEqual([[15, 15, 15, 1, 1, 1]]);
  });

  it.each<[NpyArray | Buffer, RegExp]>([
    [
      { shape: [1, 2, 2], data: new Float32Array(4) },
      /floating-point values \(<f4\).*--range .*0\.\.1, -1\.\.1 or 0\.\.255/,
    ],
    [typed('|b1', [1, 2, 2], new Uint8Array(4)), /truth values .*--range .* 0\.\.1/],
    [{ shape: [1, 2, 2], data: new Uint16Array(4) }, /16-bit values .*--bit-depth/],
    [{ shape: [1, 2, 2], data: new BigInt64Array(4) }, /integers of type <i8.*--range .* 0\.\.255/],
    [typed('<c8', [1, 2, 2], new Uint8Array(32)), /values of type <c8/],
  ])('are refused without a word, naming the option: case %#', async (array, sentence) => {
    await expect(openImages(npy(array))).rejects.toThrow(sentence);
  });

  it('that do not fit the range make the picture bad', async () => {
    const data = Float32Array.of(0, 255, Number.NaN, 0, 0.5, 0.25);
    const pixels = await pixelsOf(npy({ shape: [3, 1, 2, 1], data }), { range: '0..1' });
    expect(pixels[0]).toMatch(/value 255, far outside 0\.\.1/);
    expect(pixels[1]).toMatch(/not finite/);
    expect(pixels[2]).toEqual([128, 128, 128, 64, 64, 64]);
  });

  it('of only 0 and 1 are counted', async () => {
    const { pictures } = await read(npy({ shape: [2, 1, 2, 1], data: Uint8Array.of(0, 1, 0, 2) }));
    expect(pictures.map((picture) => picture.ok && picture.changes)).toEqual([
      ['gray-expanded', 'only-0-and-1'],
      ['gray-expanded'],
    ]);
  });

  it('of the same bytes but another type or meaning have other digests or another decoding', async () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => i);
    const asInts = await read(npy(typed('<i4', [1, 2, 2], bytes)), { range: '0..255' });
    const asFloats = await read(npy(typed('<f4', [1, 2, 2], bytes)), { range: '0..1' });
    expect(asInts.inspections.sha256(0)).not.toBe(asFloats.inspections.sha256(0));
    expect(asInts.source.decoding).not.toBe(asFloats.source.decoding);
    expect(asFloats.source.reading).toEqual({ range: '0..1' });
  });
});

describe('an .npz file of several arrays', () => {
  const medMnist = () =>
    npz({
      train_images: ramp([4, 2, 2]),
      train_labels: { shape: [4, 1], data: Uint8Array.of(2, 0, 2, 2) },
      test_images: ramp([1, 2, 2]),
      test_labels: { shape: [1, 1], data: Uint8Array.of(1) },
    });

  it('gives the array that is named, with its own labels (MedMNIST)', async () => {
    const { source } = await read(await medMnist(), { array: 'train_images' });
    expect(source.entries.map(({ label }) => label)).toEqual([1, 0, 1, 1]);
    expect(source.classNames).toEqual(['0', '2']);
    expect(source.reading).toEqual({ array: 'train_images' });
    const keras = await npz({
      x_train: ramp([2, 2, 2]),
      y_train: { shape: [2], data: BigInt64Array.of(5n, 4n) },
      x_test: ramp([1, 2, 2]),
      y_test: { shape: [1], data: BigInt64Array.of(0n) },
    });
    expect((await read(keras, { array: 'x_train' })).source.classNames).toEqual(['4', '5']);
    expect((await read(keras, { array: 'x_test' })).source.entries).toHaveLength(1);
  });

  it('has no labels, with a warning, where each picture has several', async () => {
    const path = await npz({
      train_images: ramp([2, 2, 2]),
      train_labels: { shape: [2, 14], data: new Uint8Array(28) },
    });
    const { source } = await read(path);
    expect(source.classNames).toBeUndefined();
    expect(source.warnings).toEqual(['there are no labels, because train_labels has 14 for each picture']);
  });

  it('is refused without a name, listing them, and for a name that is not there', async () => {
    const path = await medMnist();
    await expect(openImages(path)).rejects.toThrow(
      /several arrays of pictures \(train_images, test_images\): .*--array/,
    );
    await expect(openImages(path, { array: 'val_images' })).rejects.toThrow(
      /no array val_images \(it has train_images, /,
    );
    expect(await isPictureNpz(path)).toBe(true);
  });

  it('needs no name where one array alone holds pictures', async () => {
    const path = await npz({ images: ramp([2, 2, 2]), ids: { shape: [2], data: Uint8Array.of(1, 2) } });
    expect((await read(path)).pictures).toHaveLength(2);
  });
});

it('what is stated of arrays is refused for other sets', async () => {
  const path = npy(ramp([1, 2, 2]));
  await expect(openImages(path, { array: 'x' })).rejects.toThrow(
    /Option array goes with an .npz file, and .* is a npy/,
  );
  await expect(
    openImages(join(import.meta.dirname, '../../../fixtures/cifar10/test'), { layout: 'hwc' }),
  ).rejects.toThrow(/Option layout goes with an .npy or .npz file, and .* is a folder/);
});

describe('arrays that NumPy wrote', () => {
  const fixtures = join(import.meta.dirname, '../../../fixtures/pictures');
  const cases = JSON.parse(readFileSync(join(fixtures, 'arrays.json'), 'utf8')) as {
    file: string;
    options: OpenImagesOptions;
    rgb: string;
  }[];
  it.each(cases)('$file with $options', async ({ file, options, rgb }) => {
    const pixels = (await pixelsOf(join(fixtures, file), options)) as number[][];
    expect(Buffer.from(pixels.flat()).toString('hex')).toBe(rgb);
  });
});
