import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../src/images/write-png.js';
import { estimateParzen, type ParzenOptions } from '../../src/parzen/estimate.js';
import { openPictures } from '../../src/parzen/open-pictures.js';
import { idx } from '../datasets/small-datasets.js';
import { pictureFolder } from '../images/picture-folder.js';
import { likelihoodsByHand, noise, numbersOf } from './gray-pictures.js';

const place = { cacheDir: 'nowhere', device: 'cpu', threads: 1 } as const;

/** A folder of gray 3×3 pictures, named in order. */
async function folderOf(
  pictures: readonly Uint8Array[],
  inClass: (i: number) => string = () => '',
): Promise<string> {
  const files = await Promise.all(
    pictures.map(async (rgb, i) => {
      const pixels = rgb.filter((_, at) => at % 3 === 0);
      const name = `${inClass(i)}${String(i).padStart(3, '0')}.png`;
      return [name, await encodePng({ width: 3, height: 3, channels: 1, pixels })] as const;
    }),
  );
  return pictureFolder(Object.fromEntries(files));
}

const rows = (pictures: readonly Uint8Array[]) => pictures.map((each) => numbersOf(each, 1));
const meanOf = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('the Parzen estimate', () => {
  const [samples, validation, test] = [noise(20, 3, 1, 1), noise(6, 3, 1, 2), noise(9, 3, 1, 3)];
  const folders = async () => ({
    samples: await folderOf(samples),
    validation: await folderOf(validation),
    test: await folderOf(test),
  });

  it('takes the sigma that is best on the validation pictures to the test pictures', async () => {
    const result = await estimateParzen({ ...place, ...(await folders()) });
    const curve = result.validation?.curve ?? [];
    expect(curve.map(({ sigma }) => sigma)).toHaveLength(10);
    expect(curve[0].sigma).toBeCloseTo(0.1, 12);
    expect(curve[3].sigma).toBeCloseTo(10 ** (-1 + 3 / 9), 12);
    expect(curve[9].sigma).toBeCloseTo(1, 12);
    for (const { sigma, value } of curve) {
      expect(value).toBeCloseTo(meanOf(likelihoodsByHand(rows(samples), rows(validation), sigma)), 9);
    }
    const best = curve.reduce((most, each) => (each.value > most.value ? each : most));
    expect(result.sigma).toBe(best.sigma);
    const expected = likelihoodsByHand(rows(samples), rows(test), best.sigma);
    expect(result.test.value).toBeCloseTo(meanOf(expected), 9);
    const mean = meanOf(expected);
    const deviation = Math.sqrt(meanOf(expected.map((each) => (each - mean) ** 2)));
    expect(result.test.se).toBeCloseTo(deviation / Math.sqrt(9), 9);
    expect(result).toMatchObject({
      samples: { count: 20, available: 20 },
      form: { width: 3, height: 3, channels: 1, dimensions: 9 },
      test: { n: 9 },
    });
  });

  it('says when the best sigma may lie beyond those tried', async () => {
    const { validation: _, ...others } = await folders();
    // Pictures that are samples are likeliest under the narrowest window.
    const result = await estimateParzen({ ...place, ...others, validation: others.samples });
    expect(result.sigma).toBeCloseTo(0.1, 12);
    expect(result.warnings).toEqual([expect.stringContaining('smallest that was tried')]);
  });

  it('takes a sigma as it is, a number of them, and a number of samples', async () => {
    const { samples: from, validation: held, test: judged } = await folders();
    const base = { ...place, samples: from, test: judged };
    const fixed = await estimateParzen({ ...base, sigma: 0.37, numSamples: 5 });
    expect(fixed.validation).toBeUndefined();
    expect(fixed.samples).toMatchObject({ count: 5, available: 20 });
    expect(fixed.test.value).toBeCloseTo(
      meanOf(likelihoodsByHand(rows(samples.slice(0, 5)), rows(test), 0.37)),
      9,
    );
    const few = await estimateParzen({ ...base, validation: held, crossVal: 3 });
    expect(few.validation?.curve.map(({ sigma }) => Number(sigma.toFixed(6)))).toEqual([0.1, 0.316228, 1]);
  });

  it('takes as many samples of each class', async () => {
    const classes = await folderOf(samples, (i) => (i < 10 ? 'a/' : 'b/'));
    const result = await estimateParzen({
      ...place,
      samples: classes,
      test: await folderOf(test),
      sigma: 0.5,
      numSamples: 4,
    });
    const chosen = [0, 5, 10, 15].map((i) => samples[i]);
    expect(result.test.value).toBeCloseTo(meanOf(likelihoodsByHand(rows(chosen), rows(test), 0.5)), 9);
  });

  it.each([
    [{}, /--validation .* or --sigma/],
    [{ sigma: 0.2, validation: 'held' }, /not both/],
  ] satisfies [Partial<ParzenOptions>, RegExp][])('refuses %j', async (options, message) => {
    await expect(estimateParzen({ ...place, samples: 'a', test: 'b', ...options })).rejects.toThrow(message);
  });
});

describe('parts of data sets', () => {
  it('are rows of the official files', async () => {
    const dataDir = pictureFolder([]);
    mkdirSync(dataDir, { recursive: true });
    const pixels = new Uint8Array(10_000 * 784);
    pixels.fill(7, 3 * 784, 4 * 784);
    writeFileSync(join(dataDir, 't10k-images-idx3-ubyte'), idx([10_000, 28, 28], pixels));
    writeFileSync(join(dataDir, 't10k-labels-idx1-ubyte'), idx([10_000], new Uint8Array(10_000)));
    const source = await openPictures('mnist:test:3:5', { cacheDir: 'nowhere', dataDir });
    expect(source.entries.map(({ id }) => id)).toEqual(['3', '4']);
    expect((await source.picture(0)).pixels).toEqual(new Uint8Array(784 * 3).fill(7));
    const all = await openPictures('mnist:test', { cacheDir: 'nowhere', dataDir });
    expect(all.entries).toHaveLength(10_000);
  });

  it.each(['mnist:test:5:5', 'mnist:test:0:10001', 'cifar10:train:9:3'])('%s is refused', async (name) => {
    await expect(openPictures(name, { cacheDir: 'nowhere' })).rejects.toThrow(/has no rows/);
  });

  it('are no names of folders', async () => {
    await expect(openPictures('mnist:valid', { cacheDir: 'nowhere' })).rejects.toThrow(/does not exist/);
  });
});
