import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CsvFollower } from '../../../src/watch/pages/csv-follower.js';
import { makeFailed, makeLine } from '../../report/watch/watch-fixture.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-csv-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = () => join(folder, 'watch.jsonl');
const csv = () => readFile(join(folder, 'watch.csv'), 'utf8');
const lines = [
  makeLine({ number: 1 }),
  makeFailed({ number: 2 }),
  makeLine({ number: 3, classes: ['=a', 'ü'] }),
];

/** As a watch does it: first the log, then the follower. */
async function add(follower: CsvFollower, line: (typeof lines)[number]): Promise<void> {
  await appendFile(log(), `${JSON.stringify(line)}\n`);
  follower.take(line, false);
  await follower.update();
}

async function makeWhole(): Promise<string> {
  const follower = new CsvFollower(folder, log());
  await follower.update();
  for (const line of lines) await add(follower, line);
  return csv();
}

test('rows are added at the end, and a restart makes the same file, whatever became of it', async () => {
  const whole = await makeWhole();
  expect(whole.split('\n')).toHaveLength(1 + 9 + 1 + 7 + 1);
  // Held open, so that no later file gets its number.
  const first = await open(join(folder, 'watch.csv'));
  const { ino } = await first.stat();
  for (const spoil of [
    () => truncate(join(folder, 'watch.csv'), whole.length - 30),
    () => rm(join(folder, 'watch.csv')),
    () => writeFile(join(folder, 'watch.csv'), 'edited'),
  ]) {
    await spoil();
    const again = new CsvFollower(folder, log());
    for (const line of lines) again.take(line, true);
    await again.update();
    expect(await csv()).toBe(whole);
  }
  expect((await stat(join(folder, 'watch.csv'))).ino).not.toBe(ino);
  await first.close();
  expect(await readdir(folder)).toEqual(['watch.csv', 'watch.jsonl']);
});

test('a file that somebody wrote to meanwhile, or that could not be written, is made again at the next set', async () => {
  const follower = new CsvFollower(folder, log());
  await follower.update();
  await add(follower, lines[0]);
  await writeFile(join(folder, 'watch.csv'), 'edited');
  await add(follower, lines[1]);
  await rm(join(folder, 'watch.csv'));
  await mkdir(join(folder, 'watch.csv'));
  await appendFile(log(), `${JSON.stringify(lines[2])}\n`);
  follower.take(lines[2], false);
  await expect(follower.update()).rejects.toThrow('watch.csv');
  await rm(join(folder, 'watch.csv'), { recursive: true });
  await follower.update();
  const text = await csv();
  await rm(folder, { recursive: true });
  await mkdir(folder);
  expect(text).toBe(await makeWhole());
});
