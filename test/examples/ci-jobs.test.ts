import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROGRAM, runProgram, SAMPLES } from '../cli/run-program.js';

const ROOT = join(import.meta.dirname, '../..');

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

const workflow: { jobs: { gate: { steps: readonly Step[] } } } = parse(
  read('examples/ci/github-workflow.yml'),
);
const { steps } = workflow.jobs.gate;
const gitlab: { script: readonly string[]; cache: { paths: readonly string[] } } = parse(
  read('examples/ci/gitlab-ci.yml'),
)['sample-quality'];

/** The step of the workflow that uses an action. */
function stepOf(action: string): Step {
  const found = steps.find(({ uses }) => uses?.startsWith(`${action}@`));
  if (!found) throw new Error(`no step uses ${action}`);
  return found;
}

/** What a job runs: a shell line, and the environment it needs. */
interface Call {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The step "Gate" as a runner would run it: the last script of action.yml, with the step's inputs in place of GitHub's expressions. */
function callOfAction(): Call {
  const { runs } = parse(read('action.yml'));
  const { run, env }: { run: string; env: Record<string, string> } = runs.steps.at(-1);
  const inputs = stepOf('OWNER/ganeval').with ?? {};
  const given = Object.entries(env).map(([name, text]) => [
    name,
    text.replace(/^\$\{\{ inputs\.(\w+) \}\}$/, (_, input) => inputs[input] ?? ''),
  ]);
  return { script: run, env: { ...Object.fromEntries(given), GITHUB_ACTION_PATH: ROOT } };
}

/** The one line of GitLab's job that calls the program, which stands in this repository in place of the clone. */
function callOfGitlab(): Call {
  const calls = gitlab.script.filter((line) => line.startsWith('node /opt/ganeval/bin/ganeval.js '));
  expect(calls).toHaveLength(1);
  return { script: calls[0].replace('/opt/ganeval', `"${ROOT}"`) };
}

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

  const shell = ({ script, env }: Call) =>
    execFileSync('sh', ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...env,
        PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
        GITHUB_ACTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it.each([
    ['github-workflow.yml', callOfAction, ['verdict.json', 'verdict.xml']],
    ['gitlab-ci.yml', callOfGitlab, ['verdict.json', 'verdict.xml', 'verdict.html']],
  ])('%s passes where the samples equal the baseline', (name, callOf, reports) => {
    const baseline = /^# +(ganeval gate .*--update)$/m.exec(read(`examples/ci/${name}`))?.[1];
    expect(baseline).toBeDefined();
    for (const file of ['gate/baseline.json', ...reports]) rmSync(join(folder, file), { force: true });
    shell({ script: baseline as string });
    expect(shell(callOf())).toContain('pass');
    for (const file of reports) {
      expect(existsSync(join(folder, file))).toBe(true);
      expect(read(`examples/ci/${name}`)).toMatch(new RegExp(`^ +(- |junit: )?${file}$`, 'm'));
    }
  });

  it('gitlab-ci.yml installs a clone', () => {
    expect(gitlab.script.slice(0, 2)).toEqual([
      'git clone --depth 1 "$GANEVAL_URL" /opt/ganeval',
      '(cd /opt/ganeval && npm ci)',
    ]);
  });

  it('take ganeval from a repository, because no registry has it', () => {
    const lines = [...steps.flatMap(({ run }) => run ?? []), ...gitlab.script];
    expect(lines.filter((line) => /npm install|npx/.test(line))).toEqual([]);
  });

  it('keep the cache where the gate writes it', async () => {
    const { stdout } = await runProgram(['gate', '--help']);
    expect(stdout).toContain('--cache-dir');
    const [kept] = gitlab.cache.paths;
    for (const path of [stepOf('actions/cache').with?.path ?? '', kept.replace(/\/$/, '')])
      expect(existsSync(join(folder, path))).toBe(true);
  });
});
