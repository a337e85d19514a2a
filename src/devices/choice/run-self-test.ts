import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Device } from '../device-choices.js';
import { type SelfTest, selfTestSchema } from './self-test.js';

/** Libraries of a gigabyte may come from a slow disk, and shaders be compiled for the first time. */
const LIMIT_MS = 20_000;
/** Ctrl-C goes to all processes of a terminal, and says nothing of a device. */
const ENDED_BY_SOMEBODY = new Set<NodeJS.Signals | null>(['SIGINT', 'SIGTERM', 'SIGHUP']);
const SCRIPT = fileURLToPath(new URL('../self-test/test-device.js', import.meta.url));

/**
 * Tests a device in a process of its own: a driver that crashes, hangs or writes to the terminal takes nothing along.
 *
 * @param device which
 * @param signal ends the test with its reason
 * @param script what the process runs; tests have scripts of their own
 * @returns what was found; undefined where no process can be started, as from the sources without a build, or where somebody ended it
 */
export async function runSelfTest(
  device: Device,
  { signal, script = SCRIPT, limitMs = LIMIT_MS }: SelfTestOptions = {},
): Promise<SelfTest | undefined> {
  signal?.throwIfAborted();
  if (!existsSync(script)) return undefined;
  const start = performance.now();
  const child = fork(script, [device], {
    execArgv: [],
    // It judges float32, whatever the run wants.
    env: { ...process.env, NVIDIA_TF32_OVERRIDE: '0' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
  } as Parameters<typeof fork>[2]);
  let found: SelfTest | undefined;
  const abort = () => child.kill('SIGKILL');
  child.once('message', (message) => {
    found = selfTestSchema.safeParse(message).data;
    // Drivers may crash or hang while they are taken down, which says nothing of what they computed.
    abort();
  });
  signal?.addEventListener('abort', abort);
  try {
    const ended = await endOf(child);
    signal?.throwIfAborted();
    if (ended instanceof Error) return undefined;
    if (found) return found;
    if (ENDED_BY_SOMEBODY.has(ended.killedBy)) return undefined;
    return failureOf(ended, performance.now() - start < limitMs ? undefined : limitMs);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** How a device is tested. */
export interface SelfTestOptions {
  readonly signal?: AbortSignal;
  readonly script?: string;
  readonly limitMs?: number;
}

/** Waits for the end of the process and for all that it sent; an error if it could not be started. */
async function endOf(child: ChildProcess): Promise<Ended | Error> {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', () => resolve()));
  const ended = await new Promise<Ended | Error>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, killedBy) => resolve({ code, killedBy }));
  });
  if (!(ended instanceof Error) && child.connected) await disconnected;
  return ended;
}

interface Ended {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
}

/** @param limitMs where it took so long */
function failureOf({ code, killedBy }: Ended, limitMs: number | undefined): SelfTest {
  if (killedBy === 'SIGKILL' && limitMs !== undefined) {
    return {
      outcome: 'failed',
      reason: `it gave no answer within ${limitMs / 1000} seconds`,
      isTimeout: true,
    };
  }
  // The system ends what takes more memory than there is.
  if (killedBy === 'SIGKILL') return { outcome: 'failed', reason: 'the process that tested it was killed' };
  const how = killedBy ?? `exit code ${code}`;
  return { outcome: 'failed', reason: `its driver ended the process that tested it (${how})` };
}
