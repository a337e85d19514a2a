import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('./faults/preload.js', import.meta.url));
/** Nothing here needs a hundredth of it, but a machine may be busy: what runs longer hangs. */
const HANG_MS = 600_000;

/**
 * Runs node with arguments, under a plan of faults.
 *
 * @param {string[]} args
 * @param {{ plan?: import('./faults/faults.js').Plan, killAfterMs?: number, temporary: string }} options `temporary` is the
 *   child's folder for temporary files
 * @returns {Promise<{ end: number | string, ms: number, stdout: string, stderr: string, counts?: object }>} the exit code, or
 *   the signal that ended it
 */
export async function runChild(args, { plan, killAfterMs, temporary }) {
  const folder = mkdtempSync(join(tmpdir(), 'ganeval-counts-'));
  const report = join(folder, 'counts.json');
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GANEVAL_|NODE_OPTIONS|VITEST|FORCE_COLOR)/.test(name),
  );
  const env = { ...Object.fromEntries(kept), TMPDIR: temporary, HOME: temporary };
  if (plan) env.FAULT_PLAN = JSON.stringify({ ...plan, report });
  const startedMs = Date.now();
  // Detached, so that Ctrl-C is for the harness alone.
  const child = spawn(process.execPath, plan ? ['--import', PRELOAD, ...args] : args, {
    env,
    detached: true,
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      texts[name] += text;
    });
  }
  const hang = setTimeout(() => child.kill('SIGABRT'), HANG_MS);
  const kill = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const end = await new Promise((done) =>
    child.on('close', (code, signal) => done(signal === 'SIGABRT' ? 'hangs' : (signal ?? code))),
  );
  clearTimeout(hang);
  clearTimeout(kill);
  const counts = plan && end !== 'SIGKILL' ? readCounts(report) : undefined;
  rmSync(folder, { recursive: true });
  return { end, ms: Date.now() - startedMs, ...texts, counts };
}

function readCounts(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}
