import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WatchEvent, WatchLine } from '../../src/documents/watch.js';
import { score } from '../../src/evaluate/score.js';
import { openImages } from '../../src/images/open.js';
import { encodePng } from '../../src/images/write-png.js';
import type { LineFollower } from '../../src/watch/line-follower.js';
import { makeLine } from '../../src/watch/make-line.js';
import { ReferenceGuard } from '../../src/watch/reference-guard.js';
import { DEFAULT_METRICS } from '../../src/watch/score-set.js';
import { parseGoals } from '../../src/watch/until.js';
import { type WatchOptions, watchFolder } from '../../src/watch/watch-folder.js';
import { FIXTURE } from '../evaluate/pictures.js';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-watch-'));
  folder = join(root, 'run');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Four pictures of each of two classes; `from` chooses which. */
async function dropSet(name: string, from = 0, classes: readonly string[] = ['cat', 'ship']): Promise<void> {
  const aside = join(folder, `.tmp-${name}`);
  for (const each of classes) {
    await mkdir(join(aside, each), { recursive: true });
    for (const file of (await readdir(join(FIXTURE, each))).sort().slice(from, from + 4))
      await cp(join(FIXTURE, each, file), join(aside, each, file));
  }
  await rename(aside, join(folder, name));
}

/** Without networks, which makes it quick. */
const options = (more: Partial<WatchOptions> = {}): WatchOptions => ({
  folder,
  score: { metrics: ['msssim'], msssimPairs: 3, cacheDir: join(root, 'cache'), threads: 1 },
  settle: 0,
  once: true,
  ...more,
});

async function readLines(): Promise<WatchLine[]> {
  const text = await readFile(join(folder, '.ganeval/watch.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const withoutRun = (lines: readonly WatchLine[]) =>
  lines.map(({ run: _run, ...rest }) => JSON.stringify(rest));

test('an interrupted watch ends with the lines of one that was not, and no set is scored twice', async () => {
  for (const step of [10, 9, 100]) await dropSet(`step_${step}`, step % 7);
  await writeFile(join(folder, 'step_50.npz'), 'no archive');
  const scored: string[] = [];
  expect(await watchFolder(options(), { onLine: ({ set }) => void scored.push(set) })).toEqual({
    reason: 'done',
    scored: 3,
    failed: 1,
  });
  expect(scored).toEqual(['step_9', 'step_10', 'step_50.npz', 'step_100']);
  const whole = withoutRun(await readLines());

  await rm(join(folder, '.ganeval'), { recursive: true });
  const again: string[] = [];
  for (let run = 0; run < 5; run++) {
    const controller = new AbortController();
    await watchFolder(options(), {
      signal: controller.signal,
      onLine: ({ set }) => {
        again.push(set);
        controller.abort();
      },
    }).catch((error) => expect(error.name).toBe('AbortError'));
    const path = join(folder, '.ganeval/watch.jsonl');
    // As a kill within a write leaves it.
    await writeFile(path, `${await readFile(path, 'utf8')}{"schema":"ganeval/wa`);
  }
  await watchFolder(options());
  expect(again).toEqual(scored);
  expect(withoutRun(await readLines())).toEqual(whole);
});

test('a set without labels among labeled ones fails with its reason, and the watch goes on', async () => {
  await dropSet('step_1');
  await dropSet('step_3', 2);
  await cp(join(FIXTURE, 'cat'), join(folder, 'step_2'), { recursive: true });
  await watchFolder(options());
  expect((await readLines()).map(({ set, status }) => [set, status])).toEqual([
    ['step_1', 'scored'],
    ['step_2', 'failed'],
    ['step_3', 'scored'],
  ]);
  const [, failed] = await readLines();
  expect(failed.status === 'failed' && failed.reason).toContain('No MS-SSIM: The samples have no labels');
});

test('a second watch of the same folder is refused', async () => {
  await dropSet('step_1');
  const errors: Error[] = [];
  await watchFolder(options(), {
    onLine: () =>
      watchFolder(options()).then(
        () => undefined,
        (error) => void errors.push(error),
      ),
  });
  expect(errors.map(({ name, message }) => [name, message])).toEqual([
    ['UsageError', `Another ganeval watches ${folder}: let it, or end it before this one.`],
  ]);
});

test('a state folder that is removed meanwhile ends the watch with a sentence', async () => {
  for (const step of [1, 2]) await dropSet(`step_${step}`, step);
  const onLine = () => rm(join(folder, '.ganeval'), { recursive: true });
  await expect(watchFolder(options(), { onLine })).rejects.toThrow('.ganeval was removed or replaced while');
  expect(await watchFolder(options())).toEqual({ reason: 'done', scored: 2, failed: 0 });
});

test('it ends at the first set that meets the goal, and at once when that is there already', async () => {
  for (const step of [1, 2, 3]) await dropSet(`step_${step}`, step);
  const values: number[] = [];
  await watchFolder(options(), { onLine: ({ metrics }) => void values.push(metrics[0].value) });
  await rm(join(folder, '.ganeval'), { recursive: true });
  const until = parseGoals(`msssim>=${values[1]} and msssim<=${values[1]}`);
  const end = await watchFolder(options({ until }));
  expect(end).toEqual({ reason: 'until', scored: 2, failed: 0 });
  expect(await watchFolder(options({ until }))).toEqual(end);
  await expect(watchFolder(options({ until: parseGoals('fid<1') }))).rejects.toThrow('--until reads fid');
});

test('a set that is removed while it is scored is told, and leaves no line', async () => {
  await dropSet('step_1');
  await dropSet('step_2', 3);
  const notes: string[] = [];
  let isRemoved = false;
  const end = await watchFolder(options(), {
    onNote: (note) => notes.push(note),
    onProgress: () => {
      if (isRemoved) return;
      isRemoved = true;
      rmSync(join(folder, 'step_1'), { recursive: true });
    },
  });
  expect(end).toEqual({ reason: 'done', scored: 1, failed: 0 });
  expect(notes.filter((note) => note.includes('gone'))).toEqual([
    'step_1 is gone: it was removed while it was scored.',
  ]);
});

test('older sets are deleted only where that was asked for: scored ones, unchanged, never the newest', async () => {
  for (const step of [1, 2, 3, 4]) await dropSet(`step_${step}`, step);
  await writeFile(join(folder, 'step_5.npz'), 'no archive');
  await writeFile(join(folder, 'train.log'), 'text');
  await watchFolder(options({ keep: 2 }), {
    onLine: async ({ set }) => {
      if (set === 'step_3') await writeFile(join(folder, 'step_2', 'cat', 'more.png'), 'written to');
    },
  });
  const left = (await readdir(folder)).sort();
  expect(left).toEqual(['.ganeval', 'step_2', 'step_3', 'step_4', 'step_5.npz', 'train.log']);
});

test('links among its own files are refused, and what they lead to is as it was', async () => {
  await dropSet('step_1');
  await mkdir(join(folder, '.ganeval'));
  const precious = join(root, 'precious');
  await writeFile(precious, 'a key without a line break');
  await symlink(precious, join(folder, '.ganeval/watch.jsonl'));
  await expect(watchFolder(options())).rejects.toThrow(
    `${join(folder, '.ganeval/watch.jsonl')} is a link, and the watch would write where it leads: remove it.`,
  );
  expect(await readFile(precious, 'utf8')).toBe('a key without a line break');
  await rm(join(folder, '.ganeval'), { recursive: true });
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), join(folder, '.ganeval'));
  await expect(watchFolder(options())).rejects.toThrow('.ganeval is a link');
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
});

test('a reference in the folder is no set and stays, by whatever path it is named', async () => {
  for (const step of [1, 2]) await dropSet(`step_${step}`, step);
  await dropSet('real', 3);
  await symlink(folder, join(root, 'link'));
  const score = { ...options().score, reference: join(folder, 'real') };
  const end = await watchFolder({ ...options({ score, keep: 1 }), folder: join(root, 'link') });
  expect(end.scored).toBe(2);
  expect((await readdir(folder)).sort()).toEqual(['.ganeval', 'real', 'step_2']);
});

test('sets are not scored on another basis than those before', async () => {
  await dropSet('step_1');
  await watchFolder(options());
  await dropSet('step_2', 2);
  const { score } = options();
  const start = `The sets of this folder were scored with other options before`;
  await expect(watchFolder(options({ score: { ...score, metrics: ['is'] } }))).rejects.toThrow(
    `${start} (--metrics differs), and values could not be compared: give the same options, or move its .ganeval away.`,
  );
  await expect(watchFolder(options({ score: { ...score, msssimPairs: 4 } }))).rejects.toThrow(
    `${start} (the setting msssimPairs differs)`,
  );
  await expect(watchFolder(options({ score: { ...score, reference: FIXTURE } }))).rejects.toThrow(
    `${start} (the reference differs)`,
  );
  expect(await readLines()).toHaveLength(1);
  expect(await watchFolder(options())).toMatchObject({ scored: 2, failed: 0 });
});

test('a set of pictures of another size than the first says so, in this run and in the next', async () => {
  await dropSet('step_1');
  const picture = await encodePng({
    width: 16,
    height: 24,
    channels: 3,
    pixels: new Uint8Array(16 * 24 * 3),
  });
  const dropSmall = async (name: string) => {
    await dropSet(name, 0, ['cat']);
    for (const file of await readdir(join(folder, name, 'cat')))
      await writeFile(join(folder, name, 'cat', file), picture);
  };
  await dropSmall('step_2');
  await watchFolder(options());
  await dropSmall('step_3');
  await watchFolder(options());
  const said = (await readLines()).map(({ warnings }) =>
    warnings.filter((each) => each.includes('first set')),
  );
  const warning =
    'The pictures are 16×24 pixels, and those of the first set 32×32: values differ by that alone, so compare sets of one size.';
  expect(said).toEqual([[], [warning], [warning]]);
});

test('a reference that changes under way ends the watch with a sentence', async () => {
  const real = join(root, 'real');
  await cp(join(FIXTURE, 'cat'), real, { recursive: true });
  const guard = new ReferenceGuard(real, 0);
  await guard.begin();
  await guard.requireUnchanged();
  await writeFile(join(real, 'more.png'), 'a picture');
  await expect(guard.requireUnchanged()).rejects.toThrow(
    `The reference ${real} changed while it was watched with`,
  );
});

test('what is kept of the reference changes no number, and a later set has what it would have alone', async () => {
  await dropSet('step_1', 0, ['cat', 'ship', 'frog']);
  await dropSet('step_2', 7, ['cat', 'ship', 'frog']);
  const own = { cacheDir: join(root, 'cache'), reference: FIXTURE, msssimPairs: 3, seed: 5 };
  await watchFolder(options({ score: own }));
  const [, line] = await readLines();
  const alone = await score({
    ...own,
    samples: join(folder, line.set),
    metrics: [...DEFAULT_METRICS],
    resolutions: [],
  });
  const { metrics, reference = [] } = makeLine(
    { name: line.set, step: line.step },
    { result: alone },
    line.run,
  );
  expect(reference).toHaveLength(3);
  expect({ metrics: line.metrics, reference: line.reference }).toEqual(
    JSON.parse(JSON.stringify({ metrics, reference })),
  );
});

test('without the cache, the reference goes through the network once, and numbers are the same', async () => {
  const real = join(root, 'real');
  for (const each of ['cat', 'ship', 'frog'])
    await cp(join(FIXTURE, each), join(real, each), { recursive: true });
  for (const step of [1, 2]) await dropSet(`step_${step}`, step, ['cat', 'ship', 'frog']);
  const own = { cacheDir: join(root, 'cache'), reference: real, metrics: ['fid', 'msssim'], msssimPairs: 3 };
  const lines: string[][] = [];
  const ofReference: string[][] = [];
  for (const cache of [true, false]) {
    const ended: string[] = [];
    await watchFolder(options({ score: { ...own, cache } }), {
      onProgress: ({ label, done, total }) => {
        if (done === total && label.includes('reference')) ended.push(label);
      },
    });
    lines.push(withoutRun(await readLines()));
    ofReference.push(ended);
    await rm(join(folder, '.ganeval'), { recursive: true });
  }
  expect(lines[1]).toEqual(lines[0]);
  expect(ofReference[0].filter((label) => label === 'MS-SSIM of reference')).toHaveLength(1);
  expect(ofReference[1]).toEqual(ofReference[0]);
});

test('grids are cut, with classes by column, and scored with networks against a reference', async () => {
  const source = await openImages(FIXTURE);
  const [columns, rows, side] = [source.classNames?.length ?? 0, 6, 32];
  const pixels = new Uint8Array(columns * rows * side * side * 3);
  for (let i = 0; i < columns * rows; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const picture = await source.picture(column * 20 + row);
    for (let y = 0; y < side; y++) {
      const to = ((row * side + y) * columns + column) * side * 3;
      pixels.set(picture.pixels.subarray(y * side * 3, (y + 1) * side * 3), to);
    }
  }
  await source.close();
  const png = await encodePng({ width: columns * side, height: rows * side, channels: 3, pixels });
  await writeFile(join(folder, 'samples_000100.png'), png);
  const own = {
    cacheDir: join(root, 'cache'),
    reference: FIXTURE,
    classes: 'inception-cifar10',
    msssimPairs: 10,
  };
  await watchFolder(options({ score: own, grid: { columns, rows, padding: 0 }, gridClasses: 'columns' }));
  const [line] = await readLines();
  expect([line.step, line.samples?.count, line.samples?.classes?.length]).toEqual([100, 60, 10]);
  expect(line.metrics.map(({ id }) => id)).toEqual([
    'is',
    'accuracy',
    'msssim',
    'fid',
    'precision',
    'recall',
  ]);
  expect(line.metrics.find(({ id }) => id === 'accuracy')?.value).toBeGreaterThan(0.8);
  expect(line.reference?.map(({ id }) => id)).toEqual(['is', 'accuracy', 'msssim']);
  // Not the numbers of the columns.
  const names = line.samples?.classes?.map(({ name }) => name) ?? [];
  expect(names.slice(3, 5)).toEqual(['cat', 'deer']);
  for (const { perClass } of line.metrics)
    if (perClass) expect(perClass.map((each) => each.class)).toEqual(names);
});

test('followers get old lines first and write after each set; one that fails is told once and ends nothing', async () => {
  await dropSet('step_1');
  await watchFolder(options());
  for (const step of [2, 3, 4]) await dropSet(`step_${step}`, step);
  const seen: string[] = [];
  let taken = 0;
  const follower = (name: string, update: () => void): LineFollower => ({
    name,
    take: ({ set }, isOld) => {
      taken++;
      seen.push(`${name} ${isOld ? 'old' : 'new'} ${set}`);
    },
    update: async () => update(),
    close: async () => void seen.push(`${name} closed`),
  });
  const notes: string[] = [];
  const followers = [
    follower('works', () => seen.push('written')),
    follower('report.html', () => {
      if (taken < 8) throw new Error('there is no room');
    }),
  ];
  await watchFolder(options(), { followers, onNote: (note) => notes.push(note) });
  expect(seen.filter((each) => !each.startsWith('report.html'))).toEqual([
    'works old step_1',
    'written',
    ...[2, 3, 4].flatMap((step) => [`works new step_${step}`, 'written']),
    'works closed',
  ]);
  expect(notes.filter((note) => note.startsWith('report.html'))).toEqual([
    'report.html could not be written, and is tried again at the next set: there is no room.',
  ]);
  expect(seen).toContain('report.html closed');
});

test('a follower that is interrupted tells no fault', async () => {
  await dropSet('step_1');
  const stop = new AbortController();
  const update = async () => {
    stop.abort();
    stop.signal.throwIfAborted();
  };
  const notes: string[] = [];
  const followers = [{ name: 'report.html', take: () => {}, update }];
  const hooks = { followers, signal: stop.signal, onNote: (note: string) => notes.push(note) };
  await expect(watchFolder(options(), hooks)).rejects.toThrow('aborted');
  expect(notes).toEqual([]);
});

test('a command runs once for each event of a new line, when the line is on the disk, and not for old lines', async () => {
  const told: WatchEvent = {
    kind: 'collapse',
    metric: 'msssim',
    since: { set: 'step_1', step: 1 },
    message: 'So it is.',
    evidence: { statistic: 2, threshold: 1 },
  };
  const monitor = { observe: () => [told] };
  const script = `require('node:fs').appendFileSync(process.argv[1], process.argv[2] + ' ' + require('node:fs').readFileSync(process.argv[3], 'utf8').trim().split('\\n').length + '\\n')`;
  const words = [
    process.execPath,
    '-e',
    script,
    join(root, 'log'),
    '{set}',
    join(folder, '.ganeval/watch.jsonl'),
  ];
  const acting = { actions: [{ kind: 'any', command: { words } } as const], timeout: 60 };
  for (const step of [1, 2]) {
    await dropSet(`step_${step}`, step);
    await watchFolder(options({ monitor, acting }));
  }
  expect(await readFile(join(root, 'log'), 'utf8')).toBe('step_1 1\nstep_2 2\n');
});

test('classes that are numbers are told by the names that --classes gives, beside those of real pictures', async () => {
  for (const name of ['cat', 'ship']) {
    const into = join(root, 'real', name);
    await mkdir(into, { recursive: true });
    for (const file of (await readdir(join(FIXTURE, name))).slice(0, 4))
      await cp(join(FIXTURE, name, file), join(into, file));
  }
  await dropSet('step_10');
  await rename(join(folder, 'step_10', 'cat'), join(folder, 'step_10', '0'));
  await rename(join(folder, 'step_10', 'ship'), join(folder, 'step_10', '1'));
  const score = { ...options().score, reference: join(root, 'real'), classes: 'cat,ship,dog' };
  const [numbered, named] = [await watched(score), await watched({ ...score, classes: 'ship,ship' })];
  expect(numbered.samples?.classes?.map(({ name }) => name)).toEqual(['cat', 'ship']);
  expect(numbered.metrics[0].perClass?.map((each) => each.class)).toEqual(['cat', 'ship']);
  expect(numbered.reference?.[0].perClass?.map((each) => each.class)).toEqual(['cat', 'ship']);
  // Two numbers with one name keep their numbers beside it.
  expect(named.samples?.classes?.map(({ name }) => name)).toEqual(['ship (0)', 'ship (1)']);
  expect(named.metrics[0].perClass?.map(({ value }) => value)).toEqual(
    numbered.metrics[0].perClass?.map(({ value }) => value),
  );
});

async function watched(score: WatchOptions['score']): Promise<WatchLine> {
  await watchFolder(options({ score }));
  const [line] = await readLines();
  await rm(join(folder, '.ganeval'), { recursive: true });
  return line;
}
