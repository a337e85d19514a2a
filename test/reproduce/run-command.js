// One command of ganeval, or a script of this repository, in a process of its own.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/ganeval.js', import.meta.url));
const END_WITH_PARENT = new URL('end-with-parent.js', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs it to its end, or asks it to stop when the signal is aborted and waits until it has kept what is done: { code, seconds }. It
 * is not in the terminal's group: a Ctrl-C would reach it twice, which ends it at once. Where this process is killed, it stops by itself.
 */
export async function runCommand(args, { signal, program = PROGRAM, stdout }) {
  const started = performance.now();
  const file = stdout === undefined ? undefined : openSync(stdout, 'w');
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, program, ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', file ?? 'inherit', 'inherit', 'ipc'],
  });
  const end = () => child.kill('SIGINT');
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, by) => resolve(status ?? (by === 'SIGINT' ? 130 : 1)));
    });
    return { code, seconds: (performance.now() - started) / 1000 };
  } finally {
    signal.removeEventListener('abort', end);
    if (file !== undefined) closeSync(file);
  }
}
