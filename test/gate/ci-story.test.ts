import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateRow, type GateVerdict, gateVerdictSchema } from '../../src/documents/verdict.js';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { runProgram } from '../cli/run-program.js';
import {
  asPng,
  blurred,
  classNames,
  collapsed,
  crushed,
  drawDisjointSets,
  halved,
  type LabeledPicture,
  noisy,
  readAllPictures,
  shuffledLabels,
  writeSet,
} from './cifar-sets.js';

// What a team would do: commit a baseline from a thousand real pictures, and let CI judge others by it.

const SIZE = 1000;
const ALPHA = '0.001';
const NUM_GOOD = 5;
const SEED = 2016;
const COLLAPSED_CLASS = classNames.indexOf('horse');
/** For machines that do other work too. */
const LONGEST_MS = 600_000;

let repository: string;
let cacheDir: string;
let good: LabeledPicture[][];
let spoilt: LabeledPicture[];

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=ci', '-c', 'user.email=ci@localhost', ...args], {
    cwd: repository,
    encoding: 'utf8',
  });
const ganeval = (...args: string[]) =>
  runProgram(args, { cwd: repository, env: { GANEVAL_CACHE_DIR: cacheDir, GITHUB_ACTIONS: 'true' } });

beforeAll(async () => {
  repository = mkdtempSync(join(tmpdir(), 'ganeval-story-'));
  cacheDir = mkdtempSync(join(tmpdir(), 'ganeval-story-cache-'));
  const sets = drawDisjointSets(await readAllPictures(), NUM_GOOD + 3, SIZE, new NumpyRandom(SEED));
  const [reference, baseline] = sets;
  good = sets.slice(2, 2 + NUM_GOOD);
  spoilt = sets[2 + NUM_GOOD];
  git('init', '--quiet');
  writeFileSync(join(repository, '.gitignore'), 'samples-*/\nreal/\n');
  await writeSet(join(repository, 'real'), reference);
  await writeSet(join(repository, 'samples-then'), baseline);
  await expectDone(ganeval('stats', 'real', '-o', 'real.npz'));
  const options = ['--reference', 'real.npz', '--metrics', 'is,accuracy,msssim,fid', '--resolutions', '32'];
  await expectDone(ganeval('score', 'samples-then', ...options, '--json', 'then.json'));
  await expectDone(ganeval('gate', 'then.json', '--baseline', 'baseline.json', '--update'));
  git('add', 'baseline.json', 'real.npz', '.gitignore');
  git('commit', '--quiet', '-m', 'The baseline of our samples');
}, LONGEST_MS);

afterAll(() => {
  rmSync(repository, { recursive: true, force: true });
  rmSync(cacheDir, { recursive: true, force: true });
});

async function expectDone(running: ReturnType<typeof ganeval>): Promise<void> {
  const { code, stderr } = await running;
  expect(code, stderr).toBe(0);
}

interface Judged {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly verdict: GateVerdict;
  readonly junit: string;
}

/** Writes a set as the samples of a commit, and runs the one command of CI. */
async function judge(
  set: readonly LabeledPicture[],
  encode: Parameters<typeof writeSet>[2] = asPng,
): Promise<Judged> {
  const samples = `samples-${judged++}`;
  await writeSet(join(repository, samples), set, encode);
  const reports = ['--json', 'verdict.json', '--junit', 'gate.xml'];
  const outcome = await ganeval('gate', samples, '--baseline', 'baseline.json', '--alpha', ALPHA, ...reports);
  const read = (name: string) => readFileSync(join(repository, name), 'utf8');
  return {
    ...outcome,
    verdict: gateVerdictSchema.parse(JSON.parse(read('verdict.json'))),
    junit: read('gate.xml'),
  };
}
let judged = 0;

const failedRows = ({ rows }: GateVerdict) => rows.filter(({ status }) => status === 'fail');
const describeRows = (rows: readonly GateRow[]) =>
  rows.map((row) => [row.metric, ...(row.class === undefined ? [] : [row.class])].join(' '));

describe('a gate in CI', { timeout: LONGEST_MS }, () => {
  it('leaves no change behind when the same pictures make the baseline again', async () => {
    await expectDone(ganeval('gate', 'samples-then', '--baseline', 'baseline.json', '--update'));
    expect(git('status', '--porcelain')).toBe('?? then.json\n');
  });

  it(`passes ${NUM_GOOD} other sets of real pictures`, async () => {
    for (const set of good) {
      const { code, stdout, stderr, verdict } = await judge(set);
      expect({ failed: describeRows(failedRows(verdict)), code }).toEqual({ failed: [], code: 0 });
      expect(stderr).not.toContain('::error');
      expect(stdout).toMatch(/^Passed: /);
      expect(new Set(verdict.rows.map(({ metric }) => metric))).toEqual(
        new Set(['is', 'accuracy', 'msssim', 'fid']),
      );
    }
  });

  it.each<[string, string[], () => Promise<Judged>]>([
    ['blurred pictures', ['fid', 'accuracy'], () => judge(spoilt, (pixels) => blurred(pixels, 1))],
    ['crushed JPEGs', ['fid', 'accuracy'], () => judge(spoilt, (pixels) => crushed(pixels, 10))],
    ['noisy pictures', ['fid', 'accuracy'], () => judge(spoilt, noisy(new NumpyRandom(SEED), 20))],
    ['copies of one horse', ['msssim horse'], () => judge(collapsed(spoilt, COLLAPSED_CLASS))],
    [
      'shuffled labels',
      ['accuracy', 'accuracy cat'],
      () => judge(shuffledLabels(spoilt, new NumpyRandom(SEED))),
    ],
    ['halved resolution', ['fid', 'accuracy'], () => judge(spoilt, halved)],
  ])('fails %s, and names what failed', async (_spoilt, expected, run) => {
    const { code, stdout, stderr, verdict, junit } = await run();
    expect(code).toBe(1);
    const failed = failedRows(verdict);
    expect(describeRows(failed)).toEqual(expect.arrayContaining(expected));
    expect(stdout).toMatch(/^Failed: /);
    const [first] = failed;
    expect(stdout).toContain(`FAIL     ${first.title}`);
    expect(stderr).toContain(`::error title=${first.title}`);
    expect(junit.match(/<failure /g)).toHaveLength(failed.length);
  });
});
