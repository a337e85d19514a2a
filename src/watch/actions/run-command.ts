import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { atExit } from '../../storage/at-exit.js';
import type { Action } from './parse-action.js';

/** From the request to end to the end by force. */
const GRACE_MS = 2000;
const IS_WINDOWS = process.platform === 'win32';

/** How a command is run. */
export interface CommandRun {
  readonly command: Action['command'];
  readonly environment: Readonly<Record<string, string>>;
  /** What it can read on its standard input. */
  readonly input: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs a command in a process group of its own, and waits for its end. What it writes goes to this program's standard error, so that
 * the standard output stays the watch's own.
 *
 * @returns why it failed, as a predicate; undefined if it did not
 * @throws the signal's reason; the command, with its process group, is ended before
 */
export async function runCommand({
  command,
  environment,
  input,
  timeoutMs,
  signal,
}: CommandRun): Promise<string | undefined> {
  signal?.throwIfAborted();
  const options: SpawnOptions = {
    stdio: ['pipe', 2, 2],
    env: { ...process.env, ...environment },
    detached: !IS_WINDOWS,
    windowsHide: true,
  };
  let child: ChildProcess;
  try {
    child =
      'shell' in command
        ? spawn(command.shell, { ...options, shell: true })
        : spawn(command.words[0], command.words.slice(1), options);
  } catch (error) {
    return explainStart(error as NodeJS.ErrnoException);
  }
  const forget = atExit(() => endGroup(child, 'SIGKILL'));
  try {
    return await waitFor(child, { input, timeoutMs, signal });
  } finally {
    forget();
  }
}

async function waitFor(
  child: ChildProcess,
  { input, timeoutMs, signal }: Pick<CommandRun, 'input' | 'timeoutMs' | 'signal'>,
): Promise<string | undefined> {
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(explainStart(error)));
    child.once('exit', (code, by) => resolve(explainEnd(code, by)));
  });
  // Who does not read it closes it, which is no fault.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  let isLate = false;
  const end = () => {
    endGroup(child, 'SIGTERM');
    clearTimeout(force);
    force = setTimeout(() => endGroup(child, 'SIGKILL'), GRACE_MS);
  };
  let force: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end);
  try {
    const outcome = await ended;
    // What it started and left behind would go on.
    if (isLate || signal?.aborted) endGroup(child, 'SIGKILL');
    signal?.throwIfAborted();
    return isLate ? `took more than ${timeoutMs / 1000} seconds and was ended` : outcome;
  } finally {
    clearTimeout(timer);
    clearTimeout(force);
    signal?.removeEventListener('abort', end);
  }
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (IS_WINDOWS) endTree(child.pid);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
}

/** Windows has no groups of processes; its own program finds who started whom. */
function endTree(pid: number): void {
  const program = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  spawnSync(program, ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
}

function explainStart(error: NodeJS.ErrnoException): string {
  return `could not be started (${error.code ?? error.message})`;
}

function explainEnd(code: number | null, by: NodeJS.Signals | null): string | undefined {
  if (code === 0) return undefined;
  return by === null ? `ended with exit code ${code}` : `was ended by ${by}`;
}
