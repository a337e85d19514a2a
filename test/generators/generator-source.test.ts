import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseNpy } from '../../src/archives/npy.js';
import { GeneratorSource } from '../../src/generators/generator-source.js';
import { type GeneratorOptions, openOnnxGenerator } from '../../src/generators/onnx-generator.js';
import { rangeByValues } from '../../src/generators/output-form.js';
import { type ToyGenerator, toyGenerator } from './toy-generator.js';

const folder = mkdtempSync(join(tmpdir(), 'ganeval-generators-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TOY: ToyGenerator = { width: 6, key: 'ppl.6.6.weight', rows: 6, columns: 6, repeat: 8 };
const GRAY: ToyGenerator = { ...TOY, key: 'gray', channels: 1 };
let files = 0;

async function open(toy: ToyGenerator, options: Partial<GeneratorOptions> = {}): Promise<GeneratorSource> {
  const path = join(folder, `${files++}.onnx`);
  writeFileSync(path, toyGenerator(toy));
  return new GeneratorSource(
    await openOnnxGenerator(path, { count: 12, seed: 2020, device: 'cpu', ...options }),
  );
}

/** Pixels of some pictures. */
async function draw(source: GeneratorSource, indices: Iterable<number> = source.entries.keys()) {
  const pixels: Uint8Array[] = [];
  for await (const outcome of source.pictures(indices)) {
    if (!outcome.ok) throw new Error(outcome.reason);
    pixels.push(outcome.pixels);
  }
  await source.close();
  return pixels;
}

const drawn = async (toy: ToyGenerator, options?: Partial<GeneratorOptions>) =>
  draw(await open(toy, options));

describe('pictures of a generator', () => {
  it.each([
    [0, { ...TOY }, 'normal'],
    [1, { ...TOY, key: 'ppl.12.9.weight', rows: 12, columns: 9 }, 'normal'],
    [2, { ...TOY }, 'unit'],
  ])('are those of torch-fidelity, byte for byte (case %i)', async (n, toy, latent) => {
    const golden = new URL(
      `../../fixtures/golden/networks-2026/ppl/ppl_${n}_rgb_e0_small.npy`,
      import.meta.url,
    );
    const { data, shape } = parseNpy(readFileSync(golden));
    const [, , rows, columns] = shape;
    const pictures = await drawn(toy, { latent });
    const side = columns * 8;
    const small = pictures.flatMap((pixels) =>
      [0, 1, 2].flatMap((channel) =>
        Array.from({ length: rows * columns }, (_, i) => {
          const [y, x] = [Math.floor(i / columns) * 8, (i % columns) * 8];
          return pixels[(y * side + x) * 3 + channel];
        }),
      ),
    );
    expect(small).toEqual(Array.from(data, Number));
  });

  it('do not depend on how many there are, which are asked for, nor in what order', async () => {
    const all = await drawn(TOY);
    const source = await open(TOY, { count: 200 });
    const [last, first, ...others] = await draw(source, [11, 0, 9, 3]);
    expect([last, first]).toEqual([all[11], all[0]]);
    expect(others).toEqual([all[9], all[3]]);
  });

  it.each([
    ['channels last', { layout: 'nhwc' }],
    ['-1 to 1', { gives: '-1..1' }],
    ['0 to 1', { gives: '0..1' }],
    ['0 to 255 as float32', { gives: '0..255' }],
    ['-1 to 1, channels last', { gives: '-1..1', layout: 'nhwc' }],
    ['a batch of 5', { batch: 5 }],
    ['latents of 6 × 1 × 1', { latent: [6, 1, 1] }],
  ] as const)('are found in an output of %s', async (_, form) => {
    // Whole numbers, so that rounding down and to the nearest are one.
    const same = { ...TOY, contrast: 0 };
    const bytes = await drawn(same);
    expect(await drawn({ ...same, ...form }, 'gives' in form ? { range: form.gives } : {})).toEqual(bytes);
    const contrasted = await drawn({ ...TOY, ...form });
    const expected = await drawn(TOY);
    const farthest = Math.max(
      ...contrasted.flatMap((pixels, i) =>
        Array.from(pixels, (value, at) => Math.abs(value - expected[i][at])),
      ),
    );
    // Rounded to the nearest in place of down.
    expect(farthest).toBeLessThanOrEqual('gives' in form ? 1 : 0);
  });

  it.each(['float16', 'float64'] as const)(
    'are those of float32 latents where it takes %s',
    async (takes) => {
      const classes = { count: 3, as: 'one-hot' } as const;
      const [pictures, expected] = [
        await drawn({ ...TOY, takes, classes }),
        await drawn({ ...TOY, classes }),
      ];
      const farthest = Math.max(
        ...pictures.flatMap((pixels, i) =>
          Array.from(pixels, (value, at) => Math.abs(value - expected[i][at])),
        ),
      );
      // The nearest float16 numbers move a value past the next whole number at most.
      expect(farthest).toBe(takes === 'float16' ? 1 : 0);
    },
  );

  it('a step that float16 latents would round away is refused, and a long one is taken', async () => {
    const source = await open({ ...TOY, takes: 'float16' });
    const pairs = (epsilon: number) =>
      source.paths?.pairs([0], { epsilon, interpolation: 'lerp' })[Symbol.asyncIterator]().next();
    await expect(pairs(1e-4)).rejects.toThrow(
      /takes float16 latents, which round away a step of 0\.0001: export it with float32 latents, or take a --ppl-epsilon of 0\.01 or more\.$/,
    );
    const made = (await pairs(0.5))?.value;
    expect(made?.a).not.toEqual(made?.b);
    await source.close();
  });

  it('are gray where there is one channel', async () => {
    const [picture] = await drawn(GRAY);
    expect(picture.every((value, i) => value === picture[i - (i % 3)])).toBe(true);
  });

  it.each(['int64', 'int32', 'one-hot'] as const)(
    'have the classes that an input of %s takes, in turn',
    async (as) => {
      const toy: ToyGenerator = { ...TOY, contrast: 0, classes: { count: 4, as } };
      const source = await open(toy, { classes: as === 'one-hot' ? undefined : 4 });
      expect(source.classNames).toEqual(['0', '1', '2', '3']);
      expect(source.entries.map(({ label }) => label)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
      const pictures = await draw(source);
      expect(pictures.map(([red]) => red)).toEqual([
        128, 136, 144, 152, 128, 136, 144, 152, 128, 136, 144, 152,
      ]);
    },
  );

  it('have random classes that the seed draws, each by its index alone', async () => {
    const toy: ToyGenerator = { ...TOY, classes: { count: 3, as: 'int64' } };
    const labels = async (count: number, seed: number) => {
      const source = await open(toy, { classes: 3, classDraw: 'random', count, seed });
      await source.close();
      return source.entries.map(({ label }) => label);
    };
    const some = await labels(50, 1);
    expect((await labels(90, 1)).slice(0, 50)).toEqual(some);
    expect(await labels(50, 2)).not.toEqual(some);
    expect(new Set(some)).toEqual(new Set([0, 1, 2]));
  });

  it('have digests of how they are made', async () => {
    const digests = async (toy: ToyGenerator, options?: Partial<GeneratorOptions>) => {
      const source = await open(toy, options);
      const inspections = await source.inspect();
      await source.close();
      return [...inspections];
    };
    const some = await digests(TOY);
    expect(some[0]).toMatchObject({ width: 48, height: 48 });
    expect(new Set(some.map(({ sha256 }) => sha256)).size).toBe(12);
    expect(await digests(TOY)).toEqual(some);
    expect((await digests(TOY, { count: 20 })).slice(0, 12)).toEqual(some);
    for (const other of [
      await digests(TOY, { seed: 1 }),
      await digests(TOY, { latent: 'uniform' }),
      await digests({ ...TOY, key: 'other' }),
    ]) {
      expect(other[0].sha256).not.toBe(some[0].sha256);
    }
  });

  it('come with those a step away, unrounded where the generator does not round', async () => {
    const source = await open({ ...TOY, gives: '-1..1' });
    const pairs = [];
    for await (const pair of source.paths.pairs([3, 9], { epsilon: 1e-4, interpolation: 'lerp' }))
      pairs.push(pair);
    await source.close();
    expect(pairs.map(({ index }) => index)).toEqual([3, 9]);
    const [{ a, b }] = pairs;
    const apart = Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
    expect(apart).toBeGreaterThan(1e-4);
    expect(apart).toBeLessThan(0.2);
  });
});

describe('the range of values', () => {
  it.each([
    [-1, 1, 1, '-1..1'],
    [-1.3, 1.2, 0.97, '-1..1'],
    [-1.3, 1.2, 0.9, undefined],
    [-0.1, 1, 1, undefined],
    [0, 1, 1, '0..1'],
    [0.01, 0.4, 1, undefined],
    [0, 255, 0.01, '0..255'],
    [0, 3, 0.5, undefined],
    [-9, 255, 0.1, undefined],
    [0, 256, 0, undefined],
  ])('from %d to %d, %d of them from -1 to 1, is %s', (least, largest, within, range) => {
    const found = () => rangeByValues('the generator', { least, largest, within });
    if (range) expect(found()).toBe(range);
    else expect(found).toThrow('say --range');
  });
});

describe('a generator is refused', () => {
  it.each([
    [
      'that leaves its latents open',
      { ...TOY, latent: ['d'] },
      {},
      /leaves open how many numbers a latent has: say it with --latent/,
    ],
    ['with other latents', TOY, { latent: 'normal:7' }, /latents of 7 do not fit it/],
    ['with a latent that is none', TOY, { latent: 'gauss' }, /--latent cannot be "gauss"/],
    ['without classes', TOY, { classes: 3 }, /takes no classes: leave --generator-classes out/],
    [
      'whose classes nobody says',
      { ...TOY, classes: { count: 4, as: 'int64' } },
      {},
      /say it with --generator-classes/,
    ],
    [
      'with other classes',
      { ...TOY, classes: { count: 4, as: 'one-hot' } },
      { classes: 5 },
      /not for 5 classes/,
    ],
    ['with another layout', TOY, { layout: 'nhwc' }, /which is not nhwc: say another --layout/],
    ['whose axes may be either', { ...TOY, columns: 3, repeat: 1 }, {}, /may be first or last: say --layout/],
    ['whose pictures are too large', TOY, { pixelLimit: 2000 }, /more than 2000 pixels: raise --pixel-limit/],
    [
      'whose values tell no range',
      { ...GRAY, gives: '-1..1', contrast: 0 },
      {},
      /from 0.003922 to 0.003922, which do not tell what is black and white: say --range/,
    ],
  ] as [string, ToyGenerator, Partial<GeneratorOptions>, RegExp][])('%s', async (_, toy, options, says) => {
    await expect(open(toy, options)).rejects.toThrow(says);
  });
});
