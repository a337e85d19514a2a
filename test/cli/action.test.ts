import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.js';

interface Step {
  readonly name: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

const action = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'));
const steps: readonly Step[] = action.runs.steps;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-action-'));
  // Stands in for node and npm, and tells what it was called with, an argument a line.
  for (const name of ['node', 'npm']) {
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' ${name} "$PWD" "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a step's script as the runner would, in place of GitHub's expressions the inputs. */
function runStep(step: Step, inputs: Readonly<Record<string, string>>): string[] {
  const env = Object.fromEntries(
    Object.entries(step.env ?? {}).map(([name, text]) => [
      name,
      text.replace(/^\$\{\{ inputs\.(\w+) \}\}$/, (_, input) => inputs[input]),
    ]),
  );
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  const text = execFileSync('sh', ['-e', '-c', step.run], {
    cwd: folder,
    env: { ...env, PATH, GITHUB_ACTION_PATH: '/' },
    encoding: 'utf8',
  });
  return text.trimEnd().split('\n');
}

describe('the action', () => {
  it('has inputs that are all used, and those without a default required', () => {
    expect(action.runs.using).toBe('composite');
    const used = steps.flatMap(({ env = {} }) => Object.values(env));
    expect(used).toEqual(Object.keys(action.inputs).map((name) => `\${{ inputs.${name} }}`));
    for (const input of Object.values<{ required: boolean; default?: string }>(action.inputs)) {
      expect(input.required).toBe(input.default === undefined);
    }
  });

  it('lets no expression into a script, where a value would be run', () => {
    for (const { run } of steps) expect(run).not.toContain('${{');
  });

  it('installs in its own checkout', () => {
    expect(runStep(steps[0], {})).toEqual(['npm', '/', 'ci', '--no-audit', '--no-fund']);
  });

  it('runs the gate with the arguments as they are, and runs nothing in them', () => {
    const inputs = {
      samples: '-my "samples"; touch $(x) `y`',
      baseline: 'base line.json',
      args: '--alpha 0.01\n  --floor accuracy=0.8 * $(touch z) ;',
    };
    const [, cwd, program, ...args] = runStep(steps[1], inputs);
    expect(cwd).toBe(folder);
    expect(program).toBe('//bin/ganeval.js');
    expect(args).toEqual([
      'gate',
      '--baseline=base line.json',
      ...['--alpha', '0.01', '--floor', 'accuracy=0.8', '*', '$(touch', 'z)', ';'],
      '--',
      '-my "samples"; touch $(x) `y`',
    ]);
    expect(COMMANDS.map(({ usage }) => usage)).toContain('gate <pictures>');
    expect(runStep(steps[1], { ...inputs, args: '' })).toHaveLength(7);
  });
});
