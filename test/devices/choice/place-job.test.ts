import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { fastestDevice, type PlacementTools, placeJob } from '../../../src/devices/choice/place-job.js';
import type { SelfTest } from '../../../src/devices/choice/self-test.js';
import type { Device } from '../../../src/devices/device-choices.js';

const ran = (picturesPerSecond: number, more: object = {}): SelfTest => ({
  outcome: 'ran',
  distance: 1.5e-7,
  cpuPicturesPerSecond: 3607,
  startSeconds: 1,
  picturesPerSecond,
  ...more,
});
const failed = (reason: string, isTimeout = false): SelfTest => ({ outcome: 'failed', reason, isTimeout });

/** A machine with an H200 on which devices test so, and a record of what was asked. */
function tools(
  tests: Readonly<Partial<Record<Device, SelfTest>>>,
): PlacementTools & { readonly tested: Device[] } {
  const tested: Device[] = [];
  return {
    tested,
    listCandidates: async () => Object.keys(tests) as Device[],
    readMachine: async () => ({
      platform: 'linux',
      environment: {},
      cpu: 'a CPU',
      nvidia: { driver: '580.159.04', models: ['NVIDIA H200'] },
      pci: [{ maker: 'NVIDIA', id: '10de:2335', driver: 'nvidia' }],
    }),
    async testDevices(devices) {
      tested.push(...devices);
      return new Map(devices.flatMap((device) => (tests[device] ? [[device, tests[device]] as const] : [])));
    },
  };
}

/** Ten thousand pictures through Inception v3. */
const LARGE = { pictures: 10_000, side: 299 };

describe('auto', () => {
  it('takes what is exact and fastest, and knows its name', async () => {
    const placement = await placeJob('auto', LARGE, tools({ cuda: ran(73_810), webgpu: ran(21_550) }));
    expect(placement).toEqual({
      device: 'cuda',
      isChosen: true,
      notes: [],
      adapter: 'NVIDIA H200',
      driver: 'NVIDIA 580.159.04',
    });
  });

  it('passes over what rounds to TF32, crashed, hung or is slower than the CPU', async () => {
    const onlyWebGpu = tools({ cuda: ran(101_000, { distance: 4.2e-4 }), webgpu: ran(21_550) });
    expect((await placeJob('auto', LARGE, onlyWebGpu)).device).toBe('webgpu');
    const none = tools({
      cuda: failed('its driver ended the process that tested it (SIGSEGV)'),
      webgpu: ran(3, { startSeconds: 4 }),
      dml: failed('it gave no answer within 20 seconds', true),
      coreml: ran(21_550, { distance: 3e-3 }),
    });
    expect(await placeJob('auto', LARGE, none)).toEqual({ device: 'cpu', isChosen: true, notes: [] });
  });

  it('is the CPU where nothing could be tested', async () => {
    const untested = { ...tools({}), listCandidates: async () => ['webgpu'] as const };
    expect((await placeJob('auto', LARGE, untested)).device).toBe('cpu');
  });

  it('asks neither machine nor device for a small job', async () => {
    const asked = tools({ cuda: ran(73_810) });
    const never = { ...asked, listCandidates: () => Promise.reject(new Error('asked')) };
    expect((await placeJob('auto', { pictures: 2000, side: 32 }, never)).device).toBe('cpu');
    expect((await placeJob('auto', { pictures: 20, side: 299 }, never)).device).toBe('cpu');
    expect(asked.tested).toEqual([]);
  });

  it('counts the start: what saves less than it costs runs on the CPU', () => {
    const tests = new Map<Device, SelfTest>([
      ['cuda', ran(73_810, { startSeconds: 3 })],
      ['webgpu', ran(21_550, { startSeconds: 0.5 })],
    ]);
    // 1 s on the CPU.
    expect(fastestDevice(tests, { pictures: 3607, side: 32 })).toBe('webgpu');
    expect(fastestDevice(tests, { pictures: 1000, side: 32 })).toBeUndefined();
    // 28 s on the CPU, 1.9 s and 4.4 s with the start of each.
    expect(fastestDevice(tests, { pictures: 100_000, side: 32 })).toBe('cuda');
    expect(fastestDevice(tests, { pictures: 10_000, side: 32 })).toBe('webgpu');
  });

  it('takes the fastest where nobody knows how many pictures there are', () => {
    const tests = new Map<Device, SelfTest>([
      ['webgpu', ran(21_550)],
      ['cuda', ran(73_810)],
      ['dml', ran(3000)],
    ]);
    expect(fastestDevice(tests, { pictures: Number.POSITIVE_INFINITY, side: 32 })).toBe('cuda');
  });
});

describe('a device that was asked for', () => {
  it('cpu asks for nothing', async () => {
    const asked = tools({ cuda: ran(73_810) });
    expect(await placeJob('cpu', LARGE, asked)).toEqual({ device: 'cpu', isChosen: false, notes: [] });
    expect(asked.tested).toEqual([]);
  });

  it('is taken where it is exact, for small jobs too', async () => {
    const placement = await placeJob('webgpu', { pictures: 1, side: 32 }, tools({ webgpu: ran(21_550) }));
    expect(placement).toMatchObject({ device: 'webgpu', isChosen: false, notes: [], adapter: 'NVIDIA H200' });
  });

  it('is refused where its numbers are not the CPU’s', async () => {
    const rounding = placeJob('webgpu', LARGE, tools({ webgpu: ran(21_550, { distance: 4.2e-4 }) }));
    await expect(rounding).rejects.toThrow(
      new NetworkError(
        'WebGPU rounds numbers here: its features are 4.2e-4 from those of the CPU (relative L2), and 0.00002 is the most: use another --device.',
      ),
    );
  });

  it('is refused where its driver ends the process', async () => {
    const reason = 'its driver ended the process that tested it (SIGSEGV)';
    await expect(placeJob('webgpu', LARGE, tools({ webgpu: failed(reason) }))).rejects.toThrow(
      `WebGPU cannot run here (${reason}): `,
    );
  });

  it('is taken with a note where it is slower than the CPU, or too slow to be tested', async () => {
    const { device, notes } = await placeJob('webgpu', LARGE, tools({ webgpu: ran(24) }));
    expect(device).toBe('webgpu');
    expect(notes).toEqual([
      'WebGPU is 150 times slower than the CPU here, as a driver in software is: --device cpu would end sooner.',
    ]);
    const hung = await placeJob(
      'webgpu',
      LARGE,
      tools({ webgpu: failed('it gave no answer within 60 seconds', true) }),
    );
    expect(hung.notes).toEqual([
      expect.stringMatching(
        /^WebGPU could not be tested \(it gave no answer within 60 seconds\), .*--test-devices/,
      ),
    ]);
  });

  it('ends in a sentence on a platform that has none', async () => {
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(placeJob(provider, LARGE, tools({}))).rejects.toThrow(
      /cannot run here \(onnxruntime-node has it for .* only, and this is .*\): use --device (webgpu or --device )?cpu\.$/,
    );
  });
});
