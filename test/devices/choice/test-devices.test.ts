import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyOfMachine } from '../../../src/devices/choice/machine-key.js';
import { recallTests, rememberTests } from '../../../src/devices/choice/remembered-tests.js';
import type { SelfTest } from '../../../src/devices/choice/self-test.js';
import { testDevices } from '../../../src/devices/choice/test-devices.js';
import type { Device } from '../../../src/devices/device-choices.js';
import type { Machine } from '../../../src/devices/machine/read-machine.js';

const RAN: SelfTest = {
  outcome: 'ran',
  distance: 1e-7,
  picturesPerSecond: 10,
  cpuPicturesPerSecond: 5,
  startSeconds: 1,
};
const FAILED: SelfTest = { outcome: 'failed', reason: 'no adapter' };
const DAY_MS = 24 * 60 * 60 * 1000;
const KEY = '0'.repeat(64);

let cacheDir: string;
let tested: Device[];
const run = async (device: Device) => {
  tested.push(device);
  return RAN;
};

beforeEach(() => {
  cacheDir = join(mkdtempSync(join(tmpdir(), 'ganeval-devices-')), 'cache');
  tested = [];
});

const machine = (more: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  environment: { HOME: '/home/me' },
  cpu: 'a CPU',
  nvidia: { driver: '580.159.04', models: ['NVIDIA H200'] },
  pci: [],
  ...more,
});

describe('testDevices', () => {
  it('tests once, and keeps what it found for later runs', async () => {
    expect(await testDevices(['cuda', 'webgpu'], machine(), { cacheDir, run })).toEqual(
      new Map([
        ['cuda', RAN],
        ['webgpu', RAN],
      ]),
    );
    await testDevices(['webgpu', 'cuda', 'cuda:1'], machine(), { cacheDir, run });
    expect(tested).toEqual(['cuda', 'webgpu', 'cuda:1']);
    const { schema, machines } = JSON.parse(readFileSync(join(cacheDir, 'devices.json'), 'utf8'));
    expect(schema).toBe('ganeval/devices@1');
    expect(Object.keys(machines[0].tests)).toEqual(['cuda', 'webgpu', 'cuda:1']);
  });

  it.each([
    ['another driver', { nvidia: { driver: '590.1', models: ['NVIDIA H200'] } }],
    ['another GPU', { nvidia: { driver: '580.159.04', models: ['NVIDIA H100'] } }],
    ['another processor', { cpu: 'another CPU' }],
    ['drivers of Vulkan in the environment', { environment: { VK_ICD_FILENAMES: '/x.json' } }],
    ['libraries in the environment', { environment: { LD_LIBRARY_PATH: '/x' } }],
    ['another GPU that the environment chooses', { environment: { MESA_VK_DEVICE_SELECT: '8086:1' } }],
    ['hidden GPUs', { environment: { CUDA_VISIBLE_DEVICES: '1' } }],
  ])('tests again for %s', async (_, more) => {
    await testDevices(['cuda'], machine(), { cacheDir, run });
    await testDevices(['cuda'], machine(more), { cacheDir, run });
    await testDevices(['cuda'], machine({ environment: { HOME: '/home/you' } }), { cacheDir, run });
    expect(tested).toEqual(['cuda', 'cuda']);
  });

  it('tests again when it is told to', async () => {
    await testDevices(['cuda'], machine(), { cacheDir, run });
    await testDevices(['cuda'], machine(), { cacheDir, run, again: true });
    expect(tested).toEqual(['cuda', 'cuda']);
  });

  it('tries again what failed in an earlier run, and what failed fast, where a device was asked for', async () => {
    const key = await keyOfMachine(machine());
    await rememberTests({ cacheDir, key }, { cuda: FAILED });
    expect(await testDevices(['cuda'], machine(), { cacheDir, run })).toEqual(new Map([['cuda', FAILED]]));
    expect(tested).toEqual([]);
    await testDevices(['cuda'], machine(), { cacheDir, run, retries: true });
    await testDevices(['cuda'], machine(), { cacheDir, run, retries: true });
    expect(tested).toEqual(['cuda']);
    expect(await recallTests({ cacheDir, key })).toEqual({ cuda: RAN });
  });

  it('waits once a run for a device that gives no answer', async () => {
    const hang = async (device: Device): Promise<SelfTest> => {
      tested.push(device);
      return { ...FAILED, isTimeout: true };
    };
    for (let i = 0; i < 2; i++)
      await testDevices(['webgpu'], machine(), { cacheDir, run: hang, retries: true });
    expect(tested).toEqual(['webgpu']);
  });

  it('does without a place to keep it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ganeval-devices-')), 'file');
    writeFileSync(file, '');
    expect(await testDevices(['cuda'], machine(), { cacheDir: join(file, 'cache'), run })).toEqual(
      new Map([['cuda', RAN]]),
    );
  });

  it('leaves out what could not be tested', async () => {
    expect(await testDevices(['cuda'], machine(), { cacheDir, run: async () => undefined })).toEqual(
      new Map(),
    );
  });
});

describe('what is kept of self-tests', () => {
  it('forgets failures after a day, and nothing else', async () => {
    const now = Date.now();
    await rememberTests({ cacheDir, key: KEY }, { cuda: RAN, webgpu: FAILED }, now);
    expect(await recallTests({ cacheDir, key: KEY }, now + DAY_MS - 1)).toEqual({
      cuda: RAN,
      webgpu: FAILED,
    });
    expect(await recallTests({ cacheDir, key: KEY }, now + 13 * DAY_MS)).toEqual({ cuda: RAN });
    expect(await recallTests({ cacheDir, key: KEY }, now + 15 * DAY_MS)).toEqual({});
    // A clock was wrong.
    expect(await recallTests({ cacheDir, key: KEY }, now - DAY_MS)).toEqual({});
  });

  it('keeps the machines of late', async () => {
    const keyOf = (i: number) => i.toString(16).padStart(64, '0');
    for (let i = 0; i < 40; i++) await rememberTests({ cacheDir, key: keyOf(i) }, { webgpu: RAN });
    expect(await recallTests({ cacheDir, key: keyOf(39) })).toEqual({ webgpu: RAN });
    expect(await recallTests({ cacheDir, key: keyOf(8) })).toEqual({ webgpu: RAN });
    expect(await recallTests({ cacheDir, key: keyOf(7) })).toEqual({});
    expect(statSync(join(cacheDir, 'devices.json')).size).toBeLessThan(32_000);
  });

  it.each([
    ['no JSON', '{'],
    ['another document', '{"schema":"ganeval/result@1"}'],
    ['absurd numbers', JSON.stringify(withTest({ ...RAN, distance: -1 }))],
    ['speeds of zero', JSON.stringify(withTest({ ...RAN, picturesPerSecond: 0 }))],
    ['devices that there are not', JSON.stringify(withTest(RAN, '__proto__:1'))],
    ['brackets without end', '['.repeat(900_000)],
    ['megabytes', `${' '.repeat(2 ** 21)}${JSON.stringify(withTest(RAN))}`],
  ])('says nothing where it is %s, and is written anew', async (_, content) => {
    await rememberTests({ cacheDir, key: '1'.repeat(64) }, { cuda: RAN });
    writeFileSync(join(cacheDir, 'devices.json'), content);
    expect(await recallTests({ cacheDir, key: KEY })).toEqual({});
    await rememberTests({ cacheDir, key: KEY }, { webgpu: RAN });
    expect(await recallTests({ cacheDir, key: KEY })).toEqual({ webgpu: RAN });
  });
});

function withTest(test: object, device = 'cuda') {
  const tests = { [device]: { testedAt: new Date().toISOString(), test } };
  return { schema: 'ganeval/devices@1', machines: [{ key: KEY, tests }] };
}
