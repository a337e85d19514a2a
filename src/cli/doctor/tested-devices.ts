import type { SelfTest } from '../../devices/choice/self-test.js';
import { isExact } from '../../devices/choice/self-test.js';
import { knownTests, testDevices } from '../../devices/choice/test-devices.js';
import type { Provider } from '../../devices/device-choices.js';
import { listCandidates } from '../../devices/machine/list-candidates.js';
import { describeAdapter, type Machine, readMachine } from '../../devices/machine/read-machine.js';
import { findWebGpuLack, type WebGpuLack } from '../../devices/machine/webgpu-lack.js';
import { formatCount } from '../../report/text/numbers.js';
import type { Check } from './check.js';

/** Nobody waits for a driver in software but who asks for it. */
const PATIENCE_MS = 300_000;
const AGAIN = 'ganeval doctor --test-devices';

/** What devices are looked at, and how. */
export interface DeviceLook {
  readonly cacheDir?: string;
  /** Whether to test them now. */
  readonly test: boolean;
}

/** Says of each device that may run here what its self-test found, which `--device auto` goes by. */
export async function checkTestedDevices({ cacheDir, test }: DeviceLook): Promise<Check[]> {
  const candidates = await listCandidates();
  const lacking = candidates.includes('webgpu') ? [] : describeLack(await findWebGpuLack());
  if (candidates.length === 0) {
    return [
      ...lacking,
      {
        name: 'devices',
        state: 'fine',
        found: 'no GPU here that networks could run on, so they run on the CPU',
      },
    ];
  }
  const machine = await readMachine();
  const tests: ReadonlyMap<string, SelfTest | undefined> = test
    ? await testDevices(candidates, machine, { cacheDir, again: true, limitMs: PATIENCE_MS })
    : new Map(Object.entries(await knownTests(machine, cacheDir)));
  const tested = candidates.map((provider) => ({
    name: `device ${provider}`,
    ...describeTest(tests.get(provider), nameAdapter(provider, machine)),
  }));
  return [...tested, ...lacking];
}

/** A row that says that WebGPU was looked for. */
export function describeLack(lack: WebGpuLack | undefined): Check[] {
  if (!lack) return [];
  const { what, fix } = lack;
  return [
    {
      name: 'device webgpu',
      state: fix === undefined ? 'fine' : 'hint',
      found: `looked for, and cannot run: ${what}`,
      ...(fix !== undefined && { fix }),
    },
  ];
}

function nameAdapter(provider: Provider, machine: Machine): string {
  const known = Object.values(describeAdapter(provider, machine));
  return known.length === 0 ? '' : ` (${known.join(', driver ')})`;
}

/** What a self-test found, in words. */
export function describeTest(
  test: SelfTest | undefined,
  adapter: string,
): Pick<Check, 'state' | 'found' | 'fix'> {
  if (!test) return { state: 'hint', found: `not tested yet${adapter}`, fix: AGAIN };
  if (test.outcome === 'failed') {
    return {
      state: 'hint',
      found: `does not run${adapter}: ${test.reason}`,
      fix: `install its driver, then ${AGAIN}`,
    };
  }
  const { distance, picturesPerSecond, cpuPicturesPerSecond } = test;
  const rate = (pictures: number) =>
    pictures < 10 ? pictures.toFixed(1) : formatCount(Math.round(pictures));
  const speed = `${rate(picturesPerSecond)} pictures a second to the CPU's ${rate(cpuPicturesPerSecond)}`;
  const apart = `features ${distance.toExponential(1)} from the CPU's`;
  if (!isExact(test))
    return { state: 'hint', found: `not used by --device auto, since it rounds numbers${adapter}: ${apart}` };
  const use =
    picturesPerSecond > cpuPicturesPerSecond
      ? 'used by --device auto where a run is long enough'
      : 'not used by --device auto, since it is slower than the CPU';
  return { state: 'fine', found: `${use}${adapter}: ${apart}, ${speed}` };
}
