import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROGRAM, runNode, runProgram, SAMPLES } from './run-program.js';

const CAT = join(SAMPLES, 'cat');
const DOG = join(SAMPLES, 'dog');
const dist = (path: string) => JSON.stringify(pathToFileURL(join(PROGRAM, '../../dist', path)).href);
const OURS = /could not be computed \(boom\)\. This is a fault of ganeval: run it again with --debug/;

let folder: string;
const at = (name: string) => join(folder, name);

/** Runs the program, as the modules of which the build makes a bundle, after a script that changes their insides. */
async function runWith(script: string, args: readonly string[]) {
  await writeFile(at('before.mjs'), script);
  await writeFile(
    at('program.mjs'),
    `import { main } from ${dist('cli/main.js')}; await main(process.argv.slice(2));`,
  );
  const common = ['--device', 'cpu', '--threads', '1', '--cache-dir', at('cache')];
  const own = args[0] === 'merge' ? common.slice(0, 4) : common;
  return runNode(['--import', pathToFileURL(at('before.mjs')).href, at('program.mjs'), ...args, ...own]);
}

/** Every metric that reads rows meets a fault; MS-SSIM reads none. */
const BROKEN = `import { FeatureTable } from ${dist('features/feature-table.js')};
FeatureTable.prototype.read = async () => { throw new TypeError('boom'); };`;
const SOUND = '';

interface Entry {
  readonly id: string;
  readonly status: string;
  readonly fault?: string;
}
const readEntries = async (name: string): Promise<Entry[]> =>
  JSON.parse(await readFile(at(name), 'utf8')).metrics;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-faults-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a metric that meets a fault of ganeval', () => {
  const metrics = ['--metrics', 'is,fid,msssim', '--splits', '1'];

  test('ends a score with 5 though another was computed, after the whole document', async () => {
    const args = ['score', SAMPLES, '--reference', CAT, ...metrics, '--json', at('broken.json')];
    const { code, stderr } = await runWith(BROKEN, args);
    expect(stderr).toMatch(OURS);
    expect(code).toBe(5);
    const entries = (await readEntries('broken.json')).filter(
      (entry) => (entry as unknown as { subject: string }).subject === 'samples',
    );
    expect(entries.map(({ id, status, fault }) => [id, status, fault])).toEqual([
      ['is', 'not-computed', 'ganeval'],
      ['msssim', 'ok', undefined],
      ['fid', 'not-computed', 'ganeval'],
    ]);
    const debugged = await runWith(BROKEN, [...args.slice(0, -2), '--debug']);
    expect(debugged.stderr).toContain('caused by TypeError: boom');
    expect(debugged.code).toBe(5);
  });

  test('ends a score with 5, not with 3, where no other was computed', async () => {
    const { code, stderr } = await runWith(BROKEN, ['score', CAT, '--metrics', 'is', '--splits', '1']);
    expect(stderr).toMatch(OURS);
    expect(code).toBe(5);
  });

  test('ends an ablation with 5, after the whole document', async () => {
    const args = ['ablate', CAT, '--metrics', 'is', '--resolutions', '8', '--json', at('ablation.json')];
    const { code, stderr } = await runWith(BROKEN, args);
    expect(stderr).toMatch(OURS);
    expect(code).toBe(5);
    const [{ curves }] = JSON.parse(await readFile(at('ablation.json'), 'utf8')).sets;
    expect(curves).toMatchObject([{ id: 'is', status: 'not-computed', fault: 'ganeval' }]);
  });

  test('ends a merge with 5', async () => {
    const part = ['score', CAT, '--metrics', 'is', '--splits', '1', '--shard', '1/1', '--out', at('part')];
    expect((await runWith(SOUND, part)).code).toBe(0);
    const { code, stderr } = await runWith(BROKEN, ['merge', at('part'), '--json', at('merged.json')]);
    expect(stderr).toMatch(OURS);
    expect(code).toBe(5);
    expect(await readEntries('merged.json')).toMatchObject([{ fault: 'ganeval' }]);
  });

  test('ends a gate with 5, and makes no baseline', async () => {
    const baseline = ['--baseline', at('baseline.json')];
    const made = ['score', CAT, '--metrics', 'is', '--splits', '1', '--json', at('sound.json')];
    expect((await runWith(SOUND, made)).code).toBe(0);
    expect((await runProgram(['gate', at('sound.json'), ...baseline, '--update'])).code).toBe(0);
    const { code, stderr } = await runWith(BROKEN, ['gate', CAT, ...baseline, '--json', at('gate.json')]);
    expect(stderr).toMatch(OURS);
    expect(code).toBe(5);
    expect(JSON.parse(await readFile(at('gate.json'), 'utf8')).passed).toBe(false);
    const before = await readFile(at('baseline.json'), 'utf8');
    const updated = await runWith(BROKEN, ['gate', CAT, ...baseline, '--update']);
    expect(updated.stderr).toMatch(/A fault of ganeval stopped this metric \(boom\)/);
    expect(updated.code).toBe(5);
    expect(await readFile(at('baseline.json'), 'utf8')).toBe(before);
  });

  test('that a finished result tells of ends a comparison and a gate with 5, after the whole document', async () => {
    const score = ['score', SAMPLES, '--splits', '1', '--metrics'];
    await runWith(BROKEN, [...score, 'is,msssim', '--json', at('told.json')]);
    expect((await runWith(SOUND, [...score, 'msssim', '--json', at('other.json')])).code).toBe(0);
    const says = (name: string) =>
      new RegExp(
        `Inception Score could not be computed \\(${name}: A fault of ganeval stopped this metric \\(boom\\): please report it\\)\\. This is a fault of ganeval`,
      );
    const compared = await runProgram([
      'compare',
      at('other.json'),
      at('told.json'),
      '--json',
      at('both.json'),
    ]);
    expect(compared.stderr).toMatch(says('.*told\\.json'));
    expect(compared.code).toBe(5);
    const { rows, notes } = JSON.parse(await readFile(at('both.json'), 'utf8'));
    expect(rows.map(({ metric }: { metric: string }) => metric)).toContain('msssim');
    expect(notes[0]).toMatch(/^Inception Score of .*told\.json was not computed: A fault of ganeval/);
    for (const [samples, baseline, name] of [
      ['told.json', 'other.json', 'the result'],
      ['other.json', 'told.json', 'the baseline'],
    ]) {
      const gated = await runProgram(['gate', at(samples), '--baseline', at(baseline)]);
      expect(gated.stdout).toMatch(/Inception Score of the (samples|baseline) was not computed/);
      expect(gated.stderr).toMatch(says(name));
      expect(gated.code).toBe(5);
    }
  });

  test('ends statistics with 5, and writes none', async () => {
    const { code, stderr } = await runWith(BROKEN, ['stats', CAT, '-o', at('stats.npz')]);
    expect(stderr).toMatch(/boom\. This is a fault of ganeval/);
    expect(code).toBe(5);
    await expect(stat(at('stats.npz'))).rejects.toThrow('ENOENT');
  });
});

describe('a registered metric that throws', () => {
  const REGISTERED = `import { registerMetric } from ${dist('index.js')};
registerMetric({ id: 'mine', title: 'Mine', summary: 'x', paper: 'none', unit: 'x', direction: 'higher', needs: ['logits'],
  settings: [], biasDependsOnN: false, async compute() { throw new Error('boom'); } });`;

  test('is named as the one at fault, and ends the score with 5 all the same', async () => {
    const args = ['score', CAT, '--metrics', 'is,mine', '--splits', '1', '--json', at('mine.json')];
    const { code, stderr } = await runWith(REGISTERED, args);
    expect(stderr).toMatch(/Mine could not be computed \(boom\)\. Report it to whoever wrote and registered/);
    expect(stderr).not.toContain('fault of ganeval');
    expect(code).toBe(5);
    expect(await readEntries('mine.json')).toMatchObject([
      { id: 'is', status: 'ok' },
      { id: 'mine', fault: 'metric' },
    ]);
  });
});

describe('a score beside which the cache is pruned', () => {
  // What another process does, at the worst time: when the features are there and no metric has read them.
  const PRUNED = `import { FeatureTable } from ${dist('features/feature-table.js')};
import { pruneCache } from ${dist('features/cache.js')};
const { read } = FeatureTable.prototype;
let isPruned = false;
FeatureTable.prototype.read = async function (...range) {
  if (!isPruned) console.error('pruned', (await pruneCache({ dir: process.env.PRUNED_CACHE, all: true })).removed);
  isPruned = true;
  return read.apply(this, range);
};`;

  test('gives what it would have given, and ends with 0', async () => {
    const args = ['score', CAT, '--reference', DOG, '--splits', '1', '--json'];
    const alone = await runWith(SOUND, [...args, at('alone.json')]);
    expect(alone.code).toBe(0);
    const script = PRUNED.replace('process.env.PRUNED_CACHE', JSON.stringify(at('cache')));
    const { code, stderr } = await runWith(script, [...args, at('pruned.json')]);
    expect(stderr).toMatch(/^pruned [1-9]/m);
    expect(stderr).toContain('Features that were removed from the cache during the run are computed again.');
    expect(code).toBe(0);
    const [{ run: _, ...expected }, { run: __, ...result }] = await Promise.all(
      ['alone.json', 'pruned.json'].map(async (name) => JSON.parse(await readFile(at(name), 'utf8'))),
    );
    expect(result).toEqual(expected);
  });

  test('at random, by another process and beside another score, gives the same', async () => {
    const args = ['score', CAT, '--reference', DOG, '--splits', '1', '--json'];
    const names = ['first.json', 'second.json'];
    let isDone = false;
    const pruning = (async () => {
      const codes: (number | null)[] = [];
      while (!isDone)
        codes.push((await runProgram(['cache', 'prune', '--all', '--cache-dir', at('cache')])).code);
      return codes;
    })();
    const scores = await Promise.all(names.map((name) => runWith(SOUND, [...args, at(name)])));
    isDone = true;
    expect((await pruning).every((code) => code === 0)).toBe(true);
    expect(scores.map(({ code, stderr }) => [code, /fault/.test(stderr)])).toEqual([
      [0, false],
      [0, false],
    ]);
    const [{ run: _, ...expected }, ...results] = await Promise.all(
      ['alone.json', ...names].map(async (name) => JSON.parse(await readFile(at(name), 'utf8'))),
    );
    for (const { run: __, ...result } of results) expect(result).toEqual(expected);
  });
});
