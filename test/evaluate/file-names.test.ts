import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvaluationResult } from '../../src/documents/result.js';
import { score } from '../../src/evaluate/score.js';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { FIXTURE, fixturePictures } from './pictures.js';

let folder: string;
let cacheDir: string;
/** Two sets of the fixture's pictures by class, the first with some repeated files. */
let sets: readonly { readonly path: string; readonly label: string }[][];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-names-'));
  cacheDir = join(folder, 'cache');
  const pictures = (await fixturePictures()).map(({ id }) => ({
    path: join(FIXTURE, id),
    label: dirname(id),
  }));
  const even = pictures.filter((_, i) => i % 2 === 0);
  const odd = pictures.filter((_, i) => i % 2 === 1);
  sets = [[...even, ...even.slice(0, 30), ...even.slice(0, 5)], odd];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Layout = (picture: { readonly label: string }, number: number) => string;
const LAYOUTS: Readonly<Record<string, Layout>> = {
  'class folders': ({ label }, i) => `${label}/${i}.png`,
  'class folders, names the other way round': ({ label }, i) => `${label}/${String(9999 - i)}.png`,
  'class folders with folders in them': ({ label }, i) => `${label}/${i % 7}/${(i * 7919) % 1009}.png`,
  'flat, with a table of labels': (_, i) => `${(i * 7919) % 1009}.png`,
};

/** Writes a set under other names; the path of a folder, or of a table of its labels. */
async function write(set: number, layout: string): Promise<string> {
  const place = join(folder, `${set} ${layout}`);
  const lines: string[] = [];
  for (const [i, picture] of sets[set].entries()) {
    const name = LAYOUTS[layout](picture, i);
    await mkdir(dirname(join(place, name)), { recursive: true });
    await copyFile(picture.path, join(place, name));
    lines.push(`${name},${picture.label}`);
  }
  if (!layout.startsWith('flat')) return place;
  const rng = new NumpyRandom(1);
  const shuffled = rng.permutation(lines.length);
  await writeFile(
    join(place, 'labels.csv'),
    `path,label\n${Array.from(shuffled, (i) => lines[i]).join('\n')}\n`,
  );
  return join(place, 'labels.csv');
}

/** Metrics whose draws follow the order of the files by the field's definition: splits and subsets. */
const BY_POSITION = ['is', 'kid'];

/** The same with numbers to ten digits: the order of a sum changes it by some 1e-14 of it, which can turn the last of twelve digits. */
function withinRounding(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withinRounding);
  if (typeof value === 'number' && value !== 0)
    return expect.closeTo(value, 10 - Math.floor(Math.log10(Math.abs(value))));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withinRounding(each)]));
}

const numbersOf = ({ metrics }: EvaluationResult) => metrics.filter(({ id }) => !BY_POSITION.includes(id));

describe('names and folders of pictures', () => {
  test('change no value and no error', async () => {
    const options = { cacheDir, threads: 2, msssimPairs: 20, resolutions: [16] };
    const results: EvaluationResult[] = [];
    for (const layout of Object.keys(LAYOUTS)) {
      const [samples, reference] = [await write(0, layout), await write(1, layout)];
      results.push(await score({ samples, reference, ...options }));
    }
    const [first, ...others] = results.map(numbersOf);
    expect(first.filter(({ status }) => status === 'ok').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['accuracy', 'msssim', 'fid', 'precision', 'recall', 'density', 'coverage']),
    );
    for (const other of others) expect(other).toEqual(withinRounding(first));
    // What the definition leaves to the order is drawn anew, but is of the same size.
    const values = results.map(({ metrics }) => metrics.find(({ id }) => id === 'kid'));
    expect(values.every((entry) => entry?.status === 'ok')).toBe(true);
  });
});
