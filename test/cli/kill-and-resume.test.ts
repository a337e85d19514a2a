import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { writeVariations } from '../evaluate/pictures.js';

const PROGRAM = join(import.meta.dirname, '../../bin/ganeval.js');
const KILLS = 20;
/** A round begins with an empty cache, so that kills fall on every stage of a run. */
const KILLS_PER_ROUND = 5;

let folder: string;
let samples: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-kill-'));
  samples = join(folder, 'samples');
  await writeVariations(samples, 1);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

function start(cache: string, json: string): Run {
  const args = [
    PROGRAM,
    'score',
    samples,
    '--cache-dir',
    cache,
    '--json',
    json,
    '--batch-size',
    '16',
    '--quiet',
  ];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  // Listened for from the start: a run may end before it is killed.
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? code);
  return { child, ended };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The document without the facts of one run. */
async function bytesOf(json: string): Promise<string> {
  const { run: _run, ...rest } = JSON.parse(await readFile(json, 'utf8'));
  return JSON.stringify(rest);
}

describe('a killed score', () => {
  test(`killed at ${KILLS} random moments and run again, it gives the bytes of an undisturbed run`, async () => {
    const undisturbed = join(folder, 'undisturbed.json');
    const startedAt = Date.now();
    expect(await start(join(folder, 'undisturbed'), undisturbed).ended).toBe(0);
    const lastsMs = Date.now() - startedAt;
    const random = new NumpyRandom(2020);
    let killed = 0;
    for (let round = 0; killed < KILLS; round++) {
      const cache = join(folder, `cache-${round}`);
      const json = join(folder, `result-${round}.json`);
      let end: number | NodeJS.Signals;
      do {
        const { child, ended } = start(cache, json);
        await sleep(random.randomSample() * lastsMs * 0.8);
        child.kill('SIGKILL');
        end = await ended;
        if (end === 'SIGKILL') killed++;
      } while (end === 'SIGKILL' && killed % KILLS_PER_ROUND !== 0);
      // On a quick machine a resumed run may have ended before its kill: then it is the one to look at.
      if (end === 'SIGKILL') end = await start(cache, json).ended;
      expect(end).toBe(0);
      expect(await bytesOf(json)).toBe(await bytesOf(undisturbed));
    }
  }, 600_000);

  test('SIGINT ends it with 130, what is done is kept, and two at once do not disturb one another', async () => {
    const cache = join(folder, 'interrupted');
    const json = join(folder, 'interrupted.json');
    const { child, ended } = start(cache, json);
    // Once there is a cache it is at work, and listens for signals.
    while (child.exitCode === null && !(await exists(cache))) await sleep(20);
    child.kill('SIGINT');
    expect([0, 130]).toContain(await ended);
    const others = ['a', 'b'].map((name) => join(folder, `${name}.json`));
    expect(await Promise.all(others.map((path) => start(cache, path).ended))).toEqual([0, 0]);
    expect(await bytesOf(others[0])).toBe(await bytesOf(others[1]));
    expect(await bytesOf(others[0])).toBe(await bytesOf(join(folder, 'undisturbed.json')));
  }, 300_000);
});
