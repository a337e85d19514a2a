import { expect, test } from 'vitest';
import { SetWatch, type SetWatchOptions } from '../../../src/watch/sets/set-watch.js';
import type { Look, WatchedFolder } from '../../../src/watch/sets/watched-folder.js';

/** A folder, and a clock that runs only while somebody sleeps. */
class FakeFolder implements WatchedFolder {
  readonly files = new Map<string, Look>();
  readonly looks: string[] = [];
  readonly events: { readonly at: number; readonly act: () => void }[] = [];
  clock = 0;

  put(name: string, mark: string, holdsPictures = true): void {
    this.files.set(name, { mark, holdsPictures });
  }

  at(at: number, act: () => void): void {
    this.events.push({ at, act });
  }

  async list() {
    return [...this.files.keys()].map((name) => ({ name, isFolder: !name.includes('.') }));
  }

  async look(name: string) {
    this.looks.push(name);
    return this.files.get(name);
  }

  now = () => this.clock;

  sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    this.clock += ms;
    if (this.clock > 1e7) throw new Error('nothing ended the watch');
    for (const event of this.events.splice(0)) {
      if (event.at <= this.clock) event.act();
      else this.events.push(event);
    }
  };
}

async function collect(folder: FakeFolder, options: Partial<SetWatchOptions> = {}, notes: string[] = []) {
  const done = new Map<string, number | null>();
  const watch = new SetWatch(
    folder,
    {
      settleMs: 5000,
      once: true,
      isDone: (name) => done.has(name),
      lastStep: () => {
        const steps = [...done.values()].filter((step) => step !== null);
        return steps.length > 0 ? Math.max(...steps) : undefined;
      },
      onNote: (note) => notes.push(note),
      ...options,
    },
    folder,
  );
  const found: { name: string; at: number; mark: string }[] = [];
  for (let set = await watch.next(); set; set = await watch.next()) {
    found.push({ name: set.name, at: folder.clock, mark: set.mark });
    done.set(set.name, set.step);
    watch.forget(set);
  }
  return found;
}

const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);

test('a set is taken when it was quiet for the time of settling, in order of steps', async () => {
  const folder = new FakeFolder();
  folder.put('step_1000', 'a');
  folder.put('step_90', 'b');
  folder.at(3000, () => folder.put('step_90', 'c'));
  const found = await collect(folder);
  expect(names(found)).toEqual(['step_90', 'step_1000']);
  // It changed at 3 s, which is seen at 5 s; the other waits for its turn.
  expect(found[0].mark).toBe('c');
  expect(found.map(({ at }) => at)).toEqual([10_000, 10_000]);
});

test('sets that are renamed into place are taken at once where settling is 0', async () => {
  const folder = new FakeFolder();
  folder.put('.tmp-step_2', 'a');
  folder.put('step_1.npz', 'a');
  folder.put('step_3.npz.part', 'a');
  const found = await collect(folder, { settleMs: 0 });
  expect(found).toEqual([{ name: 'step_1.npz', at: 0, mark: 'a' }]);
});

test('what never becomes quiet holds up later sets for a while, and is no set', async () => {
  const folder = new FakeFolder();
  folder.put('step_1', '0');
  folder.put('step_2', 'a');
  const scribble = () => {
    folder.put('step_1', String(folder.clock));
    if (folder.clock < 200_000) folder.at(folder.clock + 1000, scribble);
  };
  folder.at(1000, scribble);
  const found = await collect(folder, { once: false, timeoutMs: 100_000 });
  expect(names(found)).toEqual(['step_2']);
  expect(found[0].at).toBeGreaterThanOrEqual(60_000);
});

test('finished sets are looked at no more, however many there are', async () => {
  const folder = new FakeFolder();
  const done = Array.from({ length: 5000 }, (_, i) => `step_${i}`);
  for (const name of done) folder.put(name, 'a');
  folder.put('step_5000', 'a');
  const isDone = new Set(done);
  const watch = new SetWatch(
    folder,
    { settleMs: 5000, once: true, isDone: (name) => isDone.has(name), lastStep: () => 4999 },
    folder,
  );
  expect((await watch.next())?.name).toBe('step_5000');
  expect(new Set(folder.looks)).toEqual(new Set(['step_5000']));
  expect(folder.looks.length).toBeLessThanOrEqual(3);
});

test('each third set by step is taken, and the last', async () => {
  const folder = new FakeFolder();
  for (let i = 1; i <= 9; i++) folder.put(`step_${i * 10}`, 'a');
  expect(names(await collect(folder, { every: 3 }))).toEqual(['step_10', 'step_40', 'step_70', 'step_90']);
});

test('a set that vanishes is told, and a folder without pictures is none until it has some', async () => {
  const folder = new FakeFolder();
  const notes: string[] = [];
  folder.put('step_1', 'a');
  folder.put('step_2', 'a');
  folder.put('checkpoints', 'a', false);
  folder.at(2000, () => folder.files.delete('step_1'));
  folder.at(40_000, () => folder.put('checkpoints', 'b'));
  const found = await collect(folder, { once: false, timeoutMs: 60_000 }, notes);
  expect(names(found)).toEqual(['step_2', 'checkpoints']);
  expect(notes).toEqual([]);
});

test('a set that was finished and is gone before its turn is told in a sentence', async () => {
  const folder = new FakeFolder();
  const notes: string[] = [];
  folder.put('step_1', 'a');
  folder.put('step_2', 'a');
  const watch = new SetWatch(
    folder,
    { settleMs: 0, once: true, isDone: () => false, lastStep: () => undefined, onNote: (n) => notes.push(n) },
    folder,
  );
  const first = await watch.next();
  expect(first?.name).toBe('step_1');
  if (first) watch.forget(first);
  folder.files.clear();
  expect(await watch.next()).toBeUndefined();
  expect(notes).toEqual(['step_2 is gone: it was removed before it was scored.']);
});

test('a folder that cannot be read for a while is read again', async () => {
  const folder = new FakeFolder();
  const notes: string[] = [];
  folder.put('step_1', 'a');
  const list = folder.list.bind(folder);
  folder.list = async () => {
    throw Object.assign(new Error('ESTALE'), { code: 'ESTALE' });
  };
  folder.at(3000, () => {
    folder.list = list;
  });
  expect(names(await collect(folder, { settleMs: 1000 }, notes))).toEqual(['step_1']);
  expect(notes).toEqual(['The folder cannot be read (ESTALE): it is tried again.']);
});

test('a set that may not be read is told once, and others are taken', async () => {
  const folder = new FakeFolder();
  const notes: string[] = [];
  folder.put('step_1', 'a');
  folder.put('step_2', 'a');
  const look = folder.look.bind(folder);
  folder.look = async (name) => {
    if (name === 'step_1') throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    return look(name);
  };
  expect(names(await collect(folder, {}, notes))).toEqual(['step_2']);
  expect(notes).toEqual(['step_1 cannot be read (EACCES): it is tried again.']);
});

test('a folder that never gets a set ends at the time-out, and at once with once', async () => {
  expect(await collect(new FakeFolder())).toEqual([]);
  const folder = new FakeFolder();
  expect(await collect(folder, { once: false, timeoutMs: 30_000 })).toEqual([]);
  expect(folder.clock).toBeGreaterThanOrEqual(30_000);
});

test('waiting ends with the signal', async () => {
  const folder = new FakeFolder();
  const controller = new AbortController();
  folder.at(5000, () => controller.abort());
  const options = { settleMs: 5000, isDone: () => false, lastStep: () => undefined };
  await expect(new SetWatch(folder, options, folder).next(controller.signal)).rejects.toThrow('abort');
});
