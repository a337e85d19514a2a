import { dispose, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { Xoshiro } from '../../../src/tfjs-backend/index.js';
import { family } from '../../../src/train/gan/family.js';
import { meanPicture } from '../../../src/train/gan/known-part.js';
import type { GanSettings } from '../../../src/train/gan/settings.js';
import { chooseMasks } from '../../../src/train/inpainting/choose-masks.js';
import { completePictures, errorsInside } from '../../../src/train/inpainting/complete-pictures.js';
import { drawMasks, MASK_KINDS } from '../../../src/train/techniques/masks.js';
import { onCpu, picturesOf, placeOf, SMALL_FORM, smallSettings, stateOf } from '../gan/toy.js';

beforeAll(onCpu);

/** The masks of [N, size, size], each as lines of 0 and 1. */
const linesOf = (masks: Uint8Array, size: number) =>
  Array.from({ length: masks.length / size ** 2 }, (_, row) =>
    Array.from({ length: size }, (_each, y) =>
      masks.subarray(row * size ** 2 + y * size, row * size ** 2 + (y + 1) * size).join(''),
    ),
  );

describe('masks', () => {
  it.each(MASK_KINDS)('of the kind %s leave a part of every size, and never all or nothing', (kind) => {
    for (const size of [2, 3, 4, 9]) {
      const masks = drawMasks(200, size, kind, { rng: new Xoshiro(1) });
      for (let row = 0; row < 200; row++) {
        const known = masks
          .subarray(row * size ** 2, (row + 1) * size ** 2)
          .reduce((sum, each) => sum + each, 0);
        expect(known).toBeGreaterThan(0);
        expect(known).toBeLessThan(size ** 2);
      }
    }
  });

  it('of halves are the four halves', () => {
    const found = new Set(linesOf(drawMasks(100, 4, 'halves', { rng: new Xoshiro(1) }), 4).map(String));
    expect([...found].sort()).toEqual([
      '0000,0000,1111,1111',
      '0011,0011,0011,0011',
      '1100,1100,1100,1100',
      '1111,1111,0000,0000',
    ]);
  });

  it('of rectangles have sides of a quarter to three quarters', () => {
    for (const lines of linesOf(drawMasks(300, 8, 'rectangles', { rng: new Xoshiro(2) }), 8)) {
      const open = lines.filter((line) => line.includes('0'));
      expect(new Set(open).size).toBe(1);
      const width = open[0].split('0').length - 1;
      expect(open[0]).toContain('0'.repeat(width));
      for (const side of [open.length, width]) {
        expect(side).toBeGreaterThanOrEqual(2);
        expect(side).toBeLessThanOrEqual(6);
      }
    }
  });

  it('keep nothing as often as they are told, and follow from the draws', () => {
    const draw = (seed: number) => drawMasks(2000, 2, 'pixels', { rng: new Xoshiro(seed), blank: 0.25 });
    const blank = linesOf(draw(1), 2).filter((lines) => lines.join('') === '0000').length;
    expect(blank / 2000).toBeCloseTo(0.25, 1);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('may be one box for all pictures', () => {
    const { masks, name } = chooseMasks({ box: { x: 1, y: 0, width: 2, height: 1 } }, 2, 3, 0);
    expect(name).toBe('1,0,2,1');
    expect(linesOf(masks, 3)).toEqual(Array(2).fill(['100', '111', '111']));
  });

  it.each([
    [{ box: { x: 0, y: 0, width: 0, height: 2 } }, /covers no pixel/],
    [{ box: { x: 2, y: 0, width: 2, height: 1 } }, /beyond the pictures, which are 3×3/],
    [{ box: { x: 0, y: 0, width: 3, height: 3 } }, /covers whole pictures/],
    [{ box: { x: 0, y: 0, width: 1, height: 1 }, mask: 'halves' }, /not both/],
  ] as const)('that leave nothing to do are refused: %j', (options, message) => {
    const choose = () => chooseMasks(options, 2, 3, 0);
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow(message);
  });
});

describe('errors inside the mask', () => {
  it('are those of pixels that are not known, over all completions', () => {
    const masked = { pixels: Uint8Array.of(0, 255, 51, 102), masks: Uint8Array.of(1, 0, 0, 1) };
    const made = [200, 204, 51, 0, 9, 255, 102, 9];
    // Two completions of one 2×2 picture: (.2² + 0 + 0 + .2²)/4.
    expect(errorsInside(made, masked, 2, { size: 2, channels: 1 })[0]).toBeCloseTo(0.02, 12);
  });

  it('of color pictures take all channels of a pixel', () => {
    const masked = { pixels: new Uint8Array(12), masks: Uint8Array.of(1, 1, 1, 0) };
    const made = [255, 255, 255, 255, 255, 255, 255, 255, 255, 51, 0, 0];
    expect(errorsInside(made, masked, 1, { size: 2, channels: 3 })[0]).toBeCloseTo(0.04 / 3, 12);
  });

  it('are compared with the mean picture', () => {
    expect([...meanPicture(Uint8Array.of(0, 10, 100, 20), 2)]).toEqual([50, 15]);
  });
});

const make = (changes: Partial<GanSettings> = {}, form = SMALL_FORM) =>
  family.create(smallSettings({ inpaint: true, ...changes }), form, 1);

describe('a GAN that completes pictures', () => {
  it('gives the known part and the mask to both networks, beside z and the class', () => {
    const trainer = make({ conditional: true });
    expect(trainer.state.get('generator/h0.weight')?.shape).toEqual([3 + 3 + 16 + 16, 6]);
    expect(trainer.state.get('discriminator/h0.weight')?.shape).toEqual([16 + 3 + 16, 4 * 2]);
    expect(trainer.state.get('generator/mean-picture')?.shape).toEqual([4, 4, 1]);
    trainer.dispose();
    const plain = family.create(smallSettings(), SMALL_FORM, 1);
    expect(plain.inpainting).toBeUndefined();
    expect(plain.state.has('generator/mean-picture')).toBe(false);
    plain.dispose();
  });

  it('keeps known pixels, and predicts the others from them alone', async () => {
    const trainer = make();
    const inpainting = trainer.inpainting!;
    const masks = Uint8Array.from({ length: 16 }, (_, i) => (i < 8 ? 1 : 0));
    const z = trainer.drawLatents(1, new Xoshiro(1));
    const complete = async (pixels: Uint8Array) => {
      const made = inpainting.complete({ z }, pixels, masks);
      const values = await made.data();
      made.dispose();
      return [...values];
    };
    const pixels = picturesOf(1, SMALL_FORM).pixels;
    const first = await complete(pixels);
    for (let i = 0; i < 8; i++) expect(first[i]).toBeCloseTo(pixels[i], 3);
    // What is not known has no part in it; what is known has.
    expect(await complete(pixels.map((value, i) => (i < 8 ? value : 255 - value)))).toEqual(first);
    expect((await complete(pixels.map((value) => 255 - value))).slice(8)).not.toEqual(first.slice(8));
    // Each picture is completed in the same way in any batch.
    const made = await completePictures(
      { trainer, inpainting, form: SMALL_FORM, seed: 3 },
      { pixels, masks },
      2,
      {},
    );
    expect(made).toHaveLength(2 * 16);
    trainer.dispose();
  });

  it('draws whole pictures where nothing is known', async () => {
    const trainer = make();
    const z = trainer.drawLatents(2, new Xoshiro(1));
    const [drawn, completed] = [
      trainer.generate({ z }),
      trainer.inpainting!.complete({ z }, new Uint8Array(32).fill(77), new Uint8Array(32)),
    ];
    expect(await drawn.data()).toEqual(await completed.data());
    dispose([drawn, completed]);
    trainer.dispose();
  });

  it.each(MASK_KINDS)('learns with masks of the kind %s, convolutions too', async (mask) => {
    const form = { size: 11, channels: 1, classNames: [] } as const;
    const settings = {
      ...family.presets['cifar10-conv'].settings,
      width: 0.05,
      batchSize: 2,
      generatorUnits: 40,
    };
    const changes = { ...settings, pixels: 'unit', latent: 'normal', inpaint: true, mask } as const;
    const trainer = mask === 'mixed' ? family.create(changes, form, 1) : make({ mask });
    const before = await stateOf(trainer);
    const batch = mask === 'mixed' ? picturesOf(2, form) : picturesOf(5, SMALL_FORM);
    await trainer.initialize?.({ pictures: batch }, new Xoshiro(1));
    tidy(() => void trainer.step({ pictures: batch }, new Xoshiro(1), placeOf(0)));
    const after = await stateOf(trainer);
    expect(after['generator/h0.weight.velocity'].some((each) => each !== 0)).toBe(true);
    expect(after['generator/mean-picture']).not.toEqual(before['generator/mean-picture']);
    trainer.dispose();
  });

  it.each([
    [{ mask: 'halves', inpaint: undefined }, /give --inpaint too/],
    [{ pixels: 'contrast' }, /needs --pixels unit/],
  ] as const)('refuses settings that do not fit: %j', (changes, message) => {
    expect(() => make(changes)).toThrow(message);
  });
});
