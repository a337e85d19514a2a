import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { writeZip } from '../zip-file.js';

const IDS = ['00000/img00000000.png', '00000/img00000001.png'];
const withLabels = (labels: unknown) => ({
  [IDS[0]]: dot(0),
  [IDS[1]]: dot(1),
  'dataset.json': JSON.stringify({ labels }),
});
const pairs = (...labels: unknown[]) => labels.map((label, i) => [IDS[i], label]);
const camera = Array.from({ length: 25 }, (_, i) => i / 10);

it.each([
  ['vectors of real numbers', pairs([0.1, 0.9], [0.4, 0.6]), /a vector of 2 numbers for "00000/],
  ["EG3D's cameras", pairs(camera, camera), /a vector of 25 numbers/],
  ['attributes of which several may hold', pairs([1, 0, 1], [0, 1, 0]), /a vector of 3 numbers/],
  ['vectors that are all the same', pairs([1, 0], [1, 0]), /a vector of 2 numbers/],
  ['a mapping', { [IDS[0]]: 3, [IDS[1]]: 4 }, /a mapping of names instead of a list of pairs/],
  ['negative numbers', pairs(3, -1), /the number -1 for "00000\/img00000001\.png"/],
  ['fractions', pairs(0.5, 1), /the number 0\.5/],
  ['no pairs', IDS, /entries that are not pairs/],
  ['objects', pairs({ yaw: 1 }, { yaw: 2 }), /a value of another kind/],
  ['labels for some', pairs(1, null), /no label for/],
])('leaves a set without labels, with one warning, where dataset.json has %s', async (_, labels, found) => {
  const files = withLabels(labels);
  const entries = Object.entries(files).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }));
  const folder = pictureFolder(files);
  for (const path of [folder, await writeZip(join(pictureFolder([]), 'set.zip'), entries)]) {
    const source = await openImages(path);
    expect(source.classNames).toBeUndefined();
    expect(source.warnings).toEqual([expect.stringMatching(found)]);
    expect(source.warnings[0]).toMatch(
      /^there are no labels, because .*dataset\.json.* has .*which is no class/,
    );
    const table = join(pictureFolder({ 'labels.csv': `${IDS[0]},cat\n${IDS[1]},dog\n` }), 'labels.csv');
    const labeled = await openImages(path, { labels: table });
    expect([labeled.classNames, labeled.warnings]).toEqual([['cat', 'dog'], []]);
  }
  const asked = openImages(folder, { labels: join(folder, 'dataset.json') });
  await expect(asked).rejects.toThrow(/dataset\.json has .*, where \{"labels": \[\["a\.png", 3\], …\]\} /);
  await expect(asked).rejects.toThrow(found);
});

it('takes numbers, names and vectors with a single 1 for classes', async () => {
  const read = async (labels: unknown) => {
    const { classNames, entries, warnings } = await openImages(pictureFolder(withLabels(labels)));
    return [classNames, entries.map(({ label }) => label), warnings];
  };
  expect(await read(pairs(12, 3))).toEqual([['3', '12'], [1, 0], []]);
  expect(await read(pairs('dog', 'cat'))).toEqual([['cat', 'dog'], [1, 0], []]);
  expect(await read(pairs([0, 0, 1], [1, 0, 0]))).toEqual([['0', '2'], [1, 0], []]);
});

it('is found in the only folder of a zip, or of a folder', async () => {
  const inside = Object.fromEntries(
    Object.entries(withLabels(pairs(5, 7))).map(([name, bytes]) => [`set/${name}`, Buffer.from(bytes)]),
  );
  const flat = {
    'set/a.png': dot(1),
    'set/b.png': dot(2),
    'set/dataset.json': '{"labels": [["a.png", 5], ["b.png", 7]]}',
  };
  for (const files of [inside, flat]) {
    const entries = Object.entries(files).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }));
    for (const path of [pictureFolder(files), await writeZip(join(pictureFolder([]), 's.zip'), entries)]) {
      const source = await openImages(path);
      expect([source.classNames, source.entries.map(({ label }) => label)]).toEqual([
        ['5', '7'],
        [0, 1],
      ]);
      expect(source.entries[0].id).not.toMatch(/^set/);
    }
  }
});

it('labels other pictures where it is given by name', async () => {
  const folder = pictureFolder(withLabels(pairs(1, 2)));
  const source = await openImages(pictureFolder(IDS), { labels: join(folder, 'dataset.json') });
  expect(source.classNames).toEqual(['1', '2']);
});
