import type { Device } from '../device-choices.js';
import type { Machine } from '../machine/read-machine.js';
import { keyOfMachine } from './machine-key.js';
import { recallTests, rememberTests } from './remembered-tests.js';
import { runSelfTest } from './run-self-test.js';
import type { SelfTest } from './self-test.js';

/** How devices are tested. */
export interface TestingOptions {
  /** Folder of the cache, in which self-tests are kept. @default the system's place for caches */
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
  /** Whether to test what was tested before. @default false */
  readonly again?: boolean;
  /** Whether to test again what failed in earlier runs: a library may be there now, or memory. @default false */
  readonly retries?: boolean;
  /** After which a test of one device is given up. @default 20 seconds */
  readonly limitMs?: number;
  /** Tests one device. Tests of this replace it. */
  readonly run?: typeof runSelfTest;
}

/** What this process found or read; a run asks for each of its networks. */
const known = new Map<string, SelfTest>();

/**
 * The self-tests of some devices: those of earlier runs on this machine, and the others now, one after the other. What is found is kept.
 *
 * @returns by device; what can't be tested from here is missing
 * @throws the signal's reason
 */
export async function testDevices(
  devices: readonly Device[],
  machine: Machine,
  { cacheDir, signal, again = false, retries = false, limitMs, run = runSelfTest }: TestingOptions = {},
): Promise<ReadonlyMap<Device, SelfTest>> {
  const key = await keyOfMachine(machine);
  const nameOf = (device: Device) => JSON.stringify([cacheDir, key, device]);
  const remembered = again ? {} : await recallTests({ cacheDir, key });
  const found = new Map<Device, SelfTest>();
  for (const device of devices) {
    const before = again ? undefined : findBefore(known.get(nameOf(device)), remembered[device], retries);
    const test = before ?? (await run(device, { signal, limitMs }));
    if (!test) continue;
    found.set(device, test);
    known.set(nameOf(device), test);
    // A cache that can't be written costs a second in the next run.
    if (!before) await rememberTests({ cacheDir, key }, { [device]: test }).catch(() => undefined);
  }
  return found;
}

/** What this process or an earlier run found, where it is not to be tried again. */
function findBefore(
  own: SelfTest | undefined,
  earlier: SelfTest | undefined,
  retries: boolean,
): SelfTest | undefined {
  const found = own ?? earlier;
  if (!retries || found?.outcome !== 'failed') return found;
  // The next network of a run need not wait for it again.
  return own?.outcome === 'failed' && own.isTimeout ? own : undefined;
}

/** What is known of this machine's devices, without testing any. */
export async function knownTests(
  machine: Machine,
  cacheDir: string | undefined,
): Promise<Readonly<Partial<Record<Device, SelfTest>>>> {
  return recallTests({ cacheDir, key: await keyOfMachine(machine) });
}
