import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PROGRAM = fileURLToPath(new URL('../../bin/ganeval.js', import.meta.url));
export const SAMPLES = fileURLToPath(new URL('../../fixtures/cifar10/test', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
  /** Told of the process once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the built program as a user would, without a terminal and without options from the environment. */
export function runProgram(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return runNode([...(options.nodeArgs ?? []), PROGRAM, ...args], options);
}

/** Runs node itself. */
export function runNode(args: readonly string[], { env, cwd, onStart }: RunOptions = {}): Promise<Outcome> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GANEVAL_|NODE_OPTIONS|VITEST|FORCE_COLOR)/.test(name),
  );
  const child = spawn(process.execPath, args, { cwd, env: { ...Object.fromEntries(kept), ...env } });
  onStart?.(child);
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
