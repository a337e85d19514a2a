import { NetworkError } from '../../core/errors.js';
import { type Device, type DeviceChoice, PROVIDER_TITLES, providerOf } from '../device-choices.js';
import { explainDevice } from '../device-error.js';
import { listCandidates } from '../machine/list-candidates.js';
import { type AdapterFacts, describeAdapter, type Machine, readMachine } from '../machine/read-machine.js';
import { obstacleOf } from '../platforms.js';
import { isExact, MAX_DISTANCE, type RanTest, type SelfTest } from './self-test.js';
import { type TestingOptions, testDevices } from './test-devices.js';

/** Pixels of network input below which nobody asks for a GPU: two thousand pictures of 32×32, or 23 of 299×299. */
const WORTH_A_LOOK = 2048 * 32 ** 2;
/** A device that was asked for may take its time: with a driver in software, or on a busy machine. */
const PATIENCE_MS = 60_000;
/** Of the self-test's pictures. */
const TEST_PIXELS = 32 ** 2;

/** What is to be run through a network. */
export interface DeviceJob {
  /** How many pictures; Infinity where nobody knows. */
  readonly pictures: number;
  /** Side of the network's input in pixels. */
  readonly side: number;
  /** Folder of the cache, in which self-tests are kept. @default the system's place for caches */
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
}

/** Where a job runs. */
export interface Placement extends AdapterFacts {
  readonly device: Device;
  /** Whether `auto` took it: then the CPU may take its place. */
  readonly isChosen: boolean;
  /** What a person should know, as sentences. */
  readonly notes: readonly string[];
}

/** What placing a job asks of the machine. Tests replace it. */
export interface PlacementTools {
  listCandidates(): Promise<readonly Device[]>;
  readMachine(): Promise<Machine>;
  /** Self-tests of devices, by device: of earlier runs where they hold. What could not be tested is missing. */
  testDevices(
    devices: readonly Device[],
    machine: Machine,
    options: TestingOptions,
  ): Promise<ReadonlyMap<Device, SelfTest>>;
}

const TOOLS: PlacementTools = { listCandidates, readMachine, testDevices };

/**
 * Decides where a job runs. `auto` takes the device that is right, and with which the job ends first, its start included, by the speeds of
 * its self-test. A device that was asked for is taken if it computes what the CPU does.
 *
 * @param choice of the user
 * @param job what is to be run
 * @param tools ask the machine; tests replace them
 * @throws {NetworkError} for a device that was asked for and fails, or whose numbers are not the CPU's
 */
export async function placeJob(
  choice: DeviceChoice,
  job: DeviceJob,
  tools: PlacementTools = TOOLS,
): Promise<Placement> {
  if (choice === 'cpu') return { device: 'cpu', isChosen: false, notes: [] };
  return choice === 'auto' ? chooseDevice(job, tools) : checkDevice(choice, job, tools);
}

async function chooseDevice(job: DeviceJob, tools: PlacementTools): Promise<Placement> {
  const cpu = { device: 'cpu', isChosen: true, notes: [] } as const;
  if (!isWorthALook(job)) return cpu;
  const candidates = await tools.listCandidates();
  if (candidates.length === 0) return cpu;
  const machine = await tools.readMachine();
  const { cacheDir, signal } = job;
  const tests = await tools.testDevices(candidates, machine, { cacheDir, signal });
  const found = fastestDevice(tests, job);
  return found === undefined
    ? cpu
    : { device: found, isChosen: true, notes: [], ...describeAdapter(found, machine) };
}

/** Whether `auto` looks for a GPU at all. */
export function isWorthALook({ pictures, side }: Pick<DeviceJob, 'pictures' | 'side'>): boolean {
  return pictures * side ** 2 >= WORTH_A_LOOK;
}

/** The device with which a job ends first; undefined where that is the CPU. */
export function fastestDevice(
  tests: ReadonlyMap<Device, SelfTest>,
  job: Pick<DeviceJob, 'pictures' | 'side'>,
): Device | undefined {
  const pictures = (job.pictures * job.side ** 2) / TEST_PIXELS;
  const saved = ({ picturesPerSecond, cpuPicturesPerSecond, startSeconds }: RanTest) =>
    pictures * (1 / cpuPicturesPerSecond - 1 / picturesPerSecond) - startSeconds;
  const worth = [...tests].flatMap(([device, test]) =>
    isExact(test) ? [{ device, saves: saved(test), test }] : [],
  );
  const better = worth.filter(({ saves }) => saves > 0);
  // Without a number of pictures all save without end.
  better.sort((a, b) =>
    a.saves === b.saves ? b.test.picturesPerSecond - a.test.picturesPerSecond : b.saves - a.saves,
  );
  return better[0]?.device;
}

async function checkDevice(
  device: Device,
  { cacheDir, signal }: DeviceJob,
  tools: PlacementTools,
): Promise<Placement> {
  const obstacle = obstacleOf(providerOf(device));
  if (obstacle !== undefined) throw await explainDevice(device, obstacle);
  const machine = await tools.readMachine();
  const options = { cacheDir, signal, limitMs: PATIENCE_MS, retries: true };
  const test = (await tools.testDevices([device], machine, options)).get(device);
  if (test?.outcome === 'failed' && !test.isTimeout) throw await explainDevice(device, test.reason);
  if (test?.outcome === 'ran') refuseInexact(device, test);
  const note = test && noteOn(device, test);
  const notes = note === undefined ? [] : [note];
  return { device, isChosen: false, notes, ...describeAdapter(device, machine) };
}

function refuseInexact(device: Device, { distance }: RanTest): void {
  if (distance <= MAX_DISTANCE) return;
  throw new NetworkError(
    `${PROVIDER_TITLES[providerOf(device)]} rounds numbers here: its features are ${distance.toExponential(1)} from those of the CPU (relative L2), and ${MAX_DISTANCE} is the most: use another --device.`,
  );
}

/** What a person should know of a device that was asked for. */
function noteOn(device: Device, test: SelfTest): string | undefined {
  const title = PROVIDER_TITLES[providerOf(device)];
  if (test.outcome === 'failed') {
    return `${title} could not be tested (${test.reason}), so nobody knows whether its numbers are those of the CPU: "ganeval doctor --test-devices" tries it again.`;
  }
  const { picturesPerSecond, cpuPicturesPerSecond } = test;
  if (picturesPerSecond >= cpuPicturesPerSecond) return undefined;
  const times = Number((cpuPicturesPerSecond / picturesPerSecond).toPrecision(2));
  return `${title} is ${times} times slower than the CPU here, as a driver in software is: --device cpu would end sooner.`;
}
