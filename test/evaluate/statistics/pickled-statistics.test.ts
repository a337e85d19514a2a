import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImagesError } from '../../../src/core/errors.js';
import { readStatistics } from '../../../src/evaluate/statistics/statistics-file.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/statistics/', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-pickled-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function readChanged(name: string, change: (bytes: Buffer) => Buffer) {
  const path = join(folder, 'changed.pkl');
  await writeFile(path, change(await readFile(join(FIXTURES, name))));
  return readStatistics(path);
}

const replace = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

describe('readStatistics of a pickle', () => {
  it.each([
    ['mu-sigma-3', 'mu-sigma', 15],
    ['mu-sigma-4', 'mu-sigma', 15],
    ['mu-sigma-5', 'mu-sigma', 15],
    // Its mu is float32.
    ['edm2', 'mu-sigma', 6],
    ['stylegan', 'stylegan', 12],
  ])('gives what NumPy wrote: %s', async (pickle, npz, digits) => {
    const { statistics } = await readStatistics(join(FIXTURES, `${pickle}.pkl`));
    const { statistics: expected } = await readStatistics(join(FIXTURES, `${npz}.npz`));
    expect(statistics.mu).toHaveLength(5);
    expect(statistics.sigma).toHaveLength(25);
    for (const [i, value] of expected.mu.entries()) expect(statistics.mu[i]).toBeCloseTo(value, digits);
    for (const [i, value] of expected.sigma.entries()) expect(statistics.sigma[i]).toBeCloseTo(value, digits);
    expect(statistics.count).toBe(pickle === 'stylegan' ? 12 : undefined);
  });

  it.each<[what: string, change: (bytes: Buffer) => Buffer, message: string]>([
    ['cut short', (bytes) => bytes.subarray(0, 300), 'cut short'],
    [
      'with bytes behind',
      (bytes) => Buffer.concat([bytes, Buffer.alloc(3)]),
      'has 3 bytes behind its pickle',
    ],
    ['of other names', replace('sigma', 'sigmb'), 'holds neither mu and sigma'],
    ['with a function', replace('_reconstruct', '_reconstrucs'), 'asks for the global'],
    ['of whole numbers', replace('f8', 'i8'), 'another type than float64'],
    ['of half the numbers', replace('f8', 'f4'), 'in 40 bytes, where 20 belong'],
    ['of objects', replace('f8', 'O8'), 'another type than float64'],
    ['without a shape', replace('K\x05\x85', 'K\x06\x85'), 'where 48 belong'],
    ['that is empty', () => Buffer.alloc(0), 'is cut short'],
  ])('refuses one %s', async (_, change, message) => {
    const reading = readChanged('mu-sigma-4.pkl', change);
    await expect(reading).rejects.toThrow(ImagesError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow('make it again with ganeval stats');
  });

  it('executes nothing', async () => {
    const marker = join(folder, 'executed');
    const evil = Buffer.from(
      `\x80\x04cos\nsystem\n\x8c${String.fromCharCode(marker.length + 6)}touch ${marker}\x85R.`,
      'latin1',
    );
    await expect(readChanged('mu-sigma-4.pkl', () => evil)).rejects.toThrow(
      'asks for the global "os.system"',
    );
    await expect(readFile(marker)).rejects.toThrow('ENOENT');
  });
});
