import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WATCH_SCHEMA, type WatchLine } from '../../src/documents/watch.js';
import { WatchLog } from '../../src/watch/watch-log.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-watch-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const failed = (set: string): WatchLine => ({
  schema: WATCH_SCHEMA,
  set,
  step: null,
  status: 'failed',
  reason: 'It is bad.',
  metrics: [],
  warnings: [],
  events: [],
  run: { time: '2026-01-01T00:00:00.000Z', seconds: 1 },
});

async function openLog() {
  const sets: string[] = [];
  const log = await WatchLog.open(join(folder, 'watch.jsonl'), ({ set }) => sets.push(set));
  return { log, sets };
}

test('lines are there after the next start, and one that was cut off is not, wherever the cut is', async () => {
  const { log } = await openLog();
  await log.append(failed('a'));
  await log.append(failed('ü'));
  const path = join(folder, 'watch.jsonl');
  const whole = await readFile(path);
  const third = Buffer.from(`${JSON.stringify(failed('c'))}\n`);
  for (const length of [1, 20, third.length - 1]) {
    await writeFile(path, whole);
    await appendFile(path, third.subarray(0, length));
    const again = await openLog();
    expect(again.sets).toEqual(['a', 'ü']);
    expect(await readFile(path)).toEqual(whole);
    await again.log.append(failed('c'));
    expect(await readFile(path)).toEqual(Buffer.concat([whole, third]));
  }
});

test('a file that holds something else is refused by its line', async () => {
  const path = join(folder, 'watch.jsonl');
  await writeFile(path, `${JSON.stringify(failed('a'))}\n{"schema":"other"}\n`);
  await expect(openLog()).rejects.toThrow(`Line 2 of ${path} can't be used`);
  await writeFile(path, 'no json\n');
  await expect(openLog()).rejects.toThrow(`Line 1 of ${path} can't be used (it is no JSON)`);
});
