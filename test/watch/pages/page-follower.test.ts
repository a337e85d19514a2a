import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openImages } from '../../../src/images/open.js';
import { encodePng } from '../../../src/images/write-png.js';
import { PageFollower } from '../../../src/watch/pages/page-follower.js';
import { reportFollowers } from '../../../src/watch/pages/report-followers.js';
import { SheetMaker } from '../../../src/watch/pages/sheet-maker.js';
import { watchFolder } from '../../../src/watch/watch-folder.js';
import { FIXTURE } from '../../evaluate/pictures.js';
import { makeLine } from '../../report/watch/watch-fixture.js';
import { makeSheet } from '../../report/watch/watch-page-fixture.js';

let root: string;
let folder: string;
let state: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-page-'));
  folder = join(root, 'run');
  state = join(folder, '.ganeval');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function dropSet(name: string, from: number): Promise<void> {
  const aside = join(folder, `.tmp-${name}`);
  for (const each of ['cat', 'ship']) {
    await mkdir(join(aside, each), { recursive: true });
    for (const file of (await readdir(join(FIXTURE, each))).sort().slice(from, from + 4))
      await cp(join(FIXTURE, each, file), join(aside, each, file));
  }
  await rename(aside, join(folder, name));
}

async function watch(more: { keep?: number } = {}): Promise<string[]> {
  const sets = {
    folder,
    score: { metrics: ['msssim'], msssimPairs: 3, cacheDir: join(root, 'cache'), threads: 1 },
  };
  const notes: string[] = [];
  const hooks = { onNote: (note: string) => void notes.push(note) };
  await watchFolder(
    { ...sets, settle: 0, once: true, ...more },
    { ...hooks, followers: reportFollowers(sets, hooks) },
  );
  return notes.filter((note) => note.includes('page'));
}

const page = () => readFile(join(state, 'report.html'), 'utf8');
const sheets = async () => (await readdir(join(state, 'sheets'))).sort();

test('a watch writes a page with a sheet of each set, tells where, and a restart makes the same', async () => {
  for (const step of [1, 2, 3]) await dropSet(`step_${step}`, step);
  await writeFile(join(folder, 'step_4.npz'), 'no archive');
  expect(await watch({ keep: 1 })).toEqual([
    `The page of this watch is ${join(state, 'report.html')}; open it in a browser, and it renews itself.`,
  ]);
  const [text, names] = [await page(), await sheets()];
  expect(names.map((name) => name.slice(0, 6))).toEqual(['000001', '000002', '000003']);
  expect(text).toContain('a class in each row, cat, ship from the top');
  expect(text.match(/<li data-file="sheets\/00000\d-[0-9a-f]{8}\.webp"/g)).toHaveLength(3);
  // Sheets of sets that were removed meanwhile stay; one that is lost is made again while its set is there.
  expect((await readdir(folder)).sort()).toEqual(['.ganeval', 'step_3', 'step_4.npz']);
  await rm(join(state, 'sheets', names[2]));
  await rm(join(state, 'report.html'));
  await watch();
  expect(await page()).toBe(text);
  expect(await sheets()).toEqual(names);
});

test('sheets are bounded, however many sets there are, and those of another log are removed', async () => {
  const made: string[] = [];
  const sheet = await makeSheet(1);
  const maker = {
    make: async (set: string) => {
      made.push(set);
      return sheet;
    },
  };
  await mkdir(join(state, 'sheets'), { recursive: true });
  await writeFile(join(state, 'sheets/000001-00000000.webp'), 'old');
  await writeFile(join(state, 'sheets/mine.png'), 'not ours');
  const follower = new PageFollower({ folder, state, maker });
  for (let number = 1; number <= 511; number++) follower.take(makeLine({ number }));
  await follower.update();
  expect(await sheets()).toHaveLength(256 + 1);
  for (let number = 512; number <= 514; number++) {
    follower.take(makeLine({ number }));
    await follower.update();
  }
  const names = await sheets();
  expect(names.filter((name) => name.endsWith('.webp'))).toHaveLength(129 + 1);
  expect(names).toContain('mine.png');
  expect(made.at(-1)).toBe('step_514000.npz');
  expect((await page()).length).toBeLessThan(300_000);
});

test('sheets are made of grids and generators too, and of nothing that is gone', async () => {
  const pixels = new Uint8Array(8 * 8 * 3).fill(90);
  await writeFile(join(folder, 'g1.png'), await encodePng({ width: 8, height: 8, channels: 3, pixels }));
  const grids = new SheetMaker({ folder, score: {}, grid: { columns: 2, rows: 2, padding: 0 } });
  const sheet = await grids.make('g1.png');
  expect([sheet?.width, sheet?.height]).toEqual([2 + 8 * 6, 2 + 6]);
  expect(await grids.make('g2.png')).toBeUndefined();
  await writeFile(join(folder, 'sheet.webp'), sheet?.bytes ?? '');
  const seen = await openImages(folder, { threads: 1 });
  try {
    const picture = await seen.picture(seen.entries.findIndex(({ id }) => id === 'sheet.webp'));
    const at = (2 * picture.width + 2) * 3;
    for (const value of picture.pixels.subarray(at, at + 3)) expect(Math.abs(value - 90)).toBeLessThan(4);
  } finally {
    await seen.close();
  }
});
