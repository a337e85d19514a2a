import { describe, expect, it } from 'vitest';
import { computeLogLikelihoods } from '../../src/parzen/log-likelihoods.js';
import { findForm, readRows } from '../../src/parzen/pixel-rows.js';
import { likelihoodsByHand, noise, numbersOf, sourceOf } from './gray-pictures.js';

const everyOf = (source: ReturnType<typeof sourceOf>) => ({ source, indices: [...source.entries.keys()] });

async function expectByHand(samples: Uint8Array[], pictures: Uint8Array[], sigmas: number[]) {
  const [window, judged] = [everyOf(sourceOf(samples)), everyOf(sourceOf(pictures))];
  const form = await findForm(window);
  const made = await computeLogLikelihoods(
    { samples: window, pictures: judged, form, sigmas },
    { device: 'cpu', threads: 1 },
  );
  const rows = (all: Uint8Array[]) => all.map((each) => numbersOf(each, form.channels));
  for (const [s, sigma] of sigmas.entries()) {
    const expected = likelihoodsByHand(rows(samples), rows(pictures), sigma);
    expect(made[s]).toHaveLength(pictures.length);
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(made[s][i] - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
    }
  }
}

describe('log-likelihoods', () => {
  it.each([1, 3] as const)('are those of the definition, for %i channels', async (channels) => {
    await expectByHand(noise(13, 5, channels, 1), noise(7, 5, channels, 2), [0.1, 0.3, 1]);
  });

  it('hold where pictures are large numbers that hardly differ, and the window is narrow', async () => {
    const bright = (seed: number) =>
      noise(6, 12, 3, seed).map((pixels) => pixels.map((value) => 250 + (value % 6)));
    await expectByHand(bright(1), bright(2), [0.01, 0.1]);
  });

  it('hold for pictures so far from all samples that every window is 0 in float64', async () => {
    const [black, white] = [0, 255].map((value) => new Uint8Array(20 * 20 * 3).fill(value));
    await expectByHand([black], [white], [0.1]);
  });

  it('are as simple as can be for a picture that is the only sample', async () => {
    const only = everyOf(sourceOf(noise(1, 4, 1, 3)));
    const form = await findForm(only);
    const [[value]] = await computeLogLikelihoods(
      { samples: only, pictures: only, form, sigmas: [0.2] },
      { device: 'cpu' },
    );
    expect(value).toBeCloseTo(-16 * Math.log(0.2 * Math.sqrt(2 * Math.PI)), 10);
  });

  it('do not depend on the parts in which many samples are taken', async () => {
    // 76,800 numbers in a picture: 109 samples at a time, 27 pictures at a time.
    const [width, sigma] = [160 * 160 * 3, 5];
    const plain = (red: number) => new Uint8Array(width).map((_, i) => (i === 0 ? (red + 1) % 256 : red));
    const samples = Array.from({ length: 112 }, (_, i) => (i * 37) % 251);
    const pictures = Array.from({ length: 30 }, (_, i) => (i * 53) % 241);
    const steps: number[] = [];
    const window = everyOf(sourceOf(samples.map(plain)));
    const judged = everyOf(sourceOf(pictures.map(plain)));
    const form = await findForm(window);
    const [made] = await computeLogLikelihoods(
      { samples: window, pictures: judged, form, sigmas: [sigma] },
      {
        device: 'cpu',
        onProgress: (fraction) => steps.push(fraction),
      },
    );
    for (const [i, picture] of pictures.entries()) {
      // Every number of two pictures differs by as much.
      const terms = samples.map((sample) => -(width * ((picture - sample) / 255) ** 2) / (2 * sigma ** 2));
      const greatest = Math.max(...terms);
      const mean = terms.reduce((sum, term) => sum + Math.exp(term - greatest), 0) / terms.length;
      const expected = greatest + Math.log(mean) - width * Math.log(sigma * Math.sqrt(2 * Math.PI));
      expect(Math.abs(made[i] - expected)).toBeLessThan(1e-6);
    }
    expect(steps).toHaveLength(4);
    expect(steps.at(-1)).toBe(1);
  });

  it('stop where they are told to', async () => {
    const some = everyOf(sourceOf(noise(2, 4, 1, 3)));
    const form = await findForm(some);
    const signal = AbortSignal.abort();
    await expect(
      computeLogLikelihoods({ samples: some, pictures: some, form, sigmas: [1] }, { signal }),
    ).rejects.toThrow(/abort/i);
  });
});

describe('pictures as rows', () => {
  const gray = noise(2, 4, 1, 1);
  const colored = noise(1, 4, 3, 2);

  it('are gray only if all are', async () => {
    const formOf = async (pictures: Uint8Array[]) => (await findForm(everyOf(sourceOf(pictures)))).channels;
    expect(await formOf(gray)).toBe(1);
    expect(await formOf([...gray, ...colored])).toBe(3);
  });

  it('come in blocks with a shorter last one', async () => {
    const source = sourceOf(noise(5, 2, 1, 1));
    const form = await findForm({ source, indices: [0] });
    const counts: number[] = [];
    for await (const { rows, count } of readRows(everyOf(source), form, 2)) {
      counts.push(count);
      expect(rows).toHaveLength(count * 4);
    }
    expect(counts).toEqual([2, 2, 1]);
  });

  it.each([
    ['another size', noise(1, 5, 1, 1), /0 of mine is 5×5, and the first sample 4×4/],
    ['color beside gray samples', colored, /0 of mine is in color, and the samples are gray/],
  ])('name a picture of %s', async (_, pictures, message) => {
    const form = await findForm(everyOf(sourceOf(gray)));
    const read = async () => {
      for await (const _block of readRows({ source: sourceOf(pictures), indices: [0] }, form, 4))
        expect.unreachable();
    };
    await expect(read()).rejects.toThrow(message);
  });

  it('need at least one picture', async () => {
    await expect(findForm(everyOf(sourceOf([])))).rejects.toThrow(/no pictures/);
  });
});
