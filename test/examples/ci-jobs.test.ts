import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROGRAM, runProgram, SAMPLES } from '../cli/run-program.js';

const EXAMPLES = join(import.meta.dirname, '../../examples/ci');

const read = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

/** The shell lines of the two jobs that call the program. */
const JOBS: Record<string, readonly string[]> = {
  'github-workflow.yml': Object.values<{ steps: { run?: string }[] }>(
    parse(read('github-workflow.yml')).jobs,
  ).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? [])),
  'gitlab-ci.yml': parse(read('gitlab-ci.yml'))['sample-quality'].script,
};

const callsOf = (lines: readonly string[]) => lines.filter((line) => line.startsWith('ganeval '));

describe.skipIf(process.platform === 'win32')('the CI jobs among the examples', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ganeval-ci-jobs-'));
    mkdirSync(join(folder, 'bin'));
    symlinkSync(PROGRAM, join(folder, 'bin/ganeval'));
    symlinkSync(SAMPLES, join(folder, 'samples'));
    mkdirSync(join(folder, 'gate'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const shell = (line: string) =>
    execFileSync('sh', ['-c', line], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
        GITHUB_ACTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it.each(Object.keys(JOBS))('%s passes where the samples equal the baseline', (name) => {
    const baseline = /npx (ganeval gate .*--update)/.exec(read(name))?.[1];
    expect(baseline).toBeDefined();
    rmSync(join(folder, 'gate/baseline.json'), { force: true });
    shell(baseline as string);
    const calls = callsOf(JOBS[name]);
    expect(calls).toHaveLength(1);
    const out = shell(calls[0]);
    expect(out).toContain('pass');
    for (const file of calls[0].match(/gate\.(json|xml|html)/g) ?? [])
      expect(existsSync(join(folder, file))).toBe(true);
  });

  it.each(Object.keys(JOBS))('%s installs the package without its scripts', (name) => {
    expect(JOBS[name]).toContain('npm install --global --ignore-scripts ganeval');
  });

  it('keep the cache where the gate writes it', async () => {
    const { stdout } = await runProgram(['gate', '--help']);
    expect(stdout).toContain('--cache-dir');
    const [step] = parse(read('github-workflow.yml')).jobs.gate.steps.filter(({ uses }: { uses?: string }) =>
      uses?.startsWith('actions/cache'),
    );
    const [kept] = parse(read('gitlab-ci.yml'))['sample-quality'].cache.paths;
    for (const path of [step.with.path, kept.replace(/\/$/, '')])
      expect(existsSync(join(folder, path))).toBe(true);
  });
});
