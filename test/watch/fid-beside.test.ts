import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WatchLine } from '../../src/documents/watch.js';
import type { FidThread as Thread } from '../../src/evaluate/beside/fid-thread.js';
import { watchFolder } from '../../src/watch/watch-folder.js';
import { FIXTURE } from '../evaluate/pictures.js';

const BUILT_SCRIPT = fileURLToPath(new URL('../../dist/evaluate/beside/fid-worker.js', import.meta.url));
const place = vi.hoisted(() => ({ script: '', computed: 0, isThere: true }));

// The sources have no script that a thread could run: it is what the build made of them.
vi.mock('../../src/evaluate/beside/fid-thread.js', async (original) => {
  const { FidThread } = await original<typeof import('../../src/evaluate/beside/fid-thread.js')>();
  class Counted extends FidThread {
    constructor() {
      super(place.script);
    }

    override async compute(...given: Parameters<Thread['compute']>) {
      const outcome = await super.compute(...given);
      place.computed++;
      return outcome;
    }
  }
  return { canStartFidThread: () => place.isThere, FidThread: Counted };
});

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-beside-'));
  for (const step of [1, 2, 3]) {
    for (const each of ['cat', 'ship']) {
      const folder = join(root, 'run', `step_${step}`, each);
      await mkdir(folder, { recursive: true });
      for (const file of (await readdir(join(FIXTURE, each))).sort().slice(step, step + 4))
        await cp(join(FIXTURE, each, file), join(folder, file));
    }
  }
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The lines of a watch, without what differs from run to run. */
async function watch(script: string, isThere = true): Promise<Omit<WatchLine, 'run'>[]> {
  Object.assign(place, { script, isThere, computed: 0 });
  const folder = join(root, 'run');
  const score = {
    metrics: ['fid', 'msssim', 'precision'],
    msssimPairs: 3,
    reference: FIXTURE,
    cacheDir: join(root, 'cache'),
    threads: 2,
    seed: 1,
  };
  await watchFolder({ folder, score, settle: 0, once: true });
  const text = await readFile(join(folder, '.ganeval/watch.jsonl'), 'utf8');
  await rm(join(folder, '.ganeval'), { recursive: true });
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const { run: _run, ...rest }: WatchLine = JSON.parse(line);
      return rest;
    });
}

test('lines are the same, whether FID is computed in a thread, here, or here because the thread failed', async () => {
  const here = await watch('', false);
  expect(here.map(({ status }) => status)).toEqual(['scored', 'scored', 'scored']);
  expect(await watch(BUILT_SCRIPT)).toEqual(here);
  // The first set finds no reference that is prepared.
  expect(place.computed).toBe(2);
  expect(await watch(join(root, 'nowhere.js'))).toEqual(here);
  expect(place.computed).toBe(0);
});
