import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnoseCuda } from '../../../src/devices/cuda/diagnose-cuda.js';
import type { MachineFiles } from '../../../src/devices/cuda/machine-files.js';
import { cacheBytes } from './cache-bytes.js';
import { elfBytes, PROVIDER_NEEDS } from './elf-bytes.js';
import { DRIVER, type MadeFiles, madeMachine, PROVIDER, pythonPackages, RUNTIME } from './made-machine.js';

const CUDA_FOLDERS = [
  '/venv/lib/python3.12/site-packages/nvidia/cu13/lib',
  '/venv/lib/python3.12/site-packages/nvidia/cudnn/lib',
];
const PACKAGES = pythonPackages('/venv');

const diagnose = (machine: MachineFiles) => diagnoseCuda(machine, RUNTIME);

/** Name, state, version found and version needed of each library. */
async function states(machine: MachineFiles) {
  return (await diagnose(machine)).libraries.map(({ name, state, place, neededVersion }) => [
    name,
    state,
    place?.version,
    neededVersion,
  ]);
}

async function causes(files: MadeFiles, environment?: Record<string, string>) {
  return (await diagnose(madeMachine(files, environment))).causes.map(({ what, fix }) => `${what}: ${fix}`);
}

describe('diagnoseCuda', () => {
  it('finds nothing wrong where the loader finds everything', async () => {
    const machine = madeMachine(
      { ...PROVIDER, ...DRIVER, ...PACKAGES },
      { LD_LIBRARY_PATH: CUDA_FOLDERS.join(':') },
    );
    const { provider, driver, causes: none, libraryPath } = await diagnose(machine);
    expect(none).toEqual([]);
    expect(libraryPath).toBeUndefined();
    expect(provider).toMatchObject({ isInstalled: true, cuda: '13' });
    expect(driver).toMatchObject({ kernelVersion: '580.159.04', hasGpu: true, mayUseGpu: true });
    expect((await states(machine)).slice(0, 6)).toEqual([
      ['libcublasLt.so.13', 'found', '13.1.0.3', '13'],
      ['libcublas.so.13', 'found', '13.1.0.3', '13'],
      ['libcurand.so.10', 'found', '13.1.0.3', '10'],
      ['libcudart.so.13', 'found', '13.1.0.3', '13'],
      ['libcuda.so.1', 'found', '580.159.04', '1'],
      ['libcudnn.so.9', 'found', '9.19.1.2', '9'],
    ]);
  });

  it('names each library that is missing, and the packages that have them', async () => {
    const files = { ...PROVIDER, ...DRIVER };
    expect(
      (await states(madeMachine(files))).filter(([, state]) => state === 'missing').map(([name]) => name),
    ).toEqual([
      'libcublasLt.so.13',
      'libcublas.so.13',
      'libcurand.so.10',
      'libcudart.so.13',
      'libcudnn.so.9',
    ]);
    expect(await causes(files)).toEqual([
      'libcublasLt.so.13, libcublas.so.13, libcurand.so.10, libcudart.so.13 and libcudnn.so.9 are not installed: install CUDA 13 and cuDNN 9, as with "python3 -m pip install nvidia-cublas nvidia-curand nvidia-cuda-runtime nvidia-cudnn-cu13", and look again',
    ]);
  });

  it.each([
    ['the active environment', { VIRTUAL_ENV: '/venv' }],
    ['the python3 on PATH', { PATH: '/nowhere:/venv/bin' }],
    ['the python3 that a link leads to', { PATH: '/links' }],
    ['the home folder', { HOME: '/home' }],
  ])('finds libraries of %s, and the LD_LIBRARY_PATH that they need', async (_, environment) => {
    const home = Object.fromEntries(
      Object.entries(PACKAGES).map(([path, content]) => [path.replace('/venv', '/home/.local'), content]),
    );
    const files = {
      ...PROVIDER,
      ...DRIVER,
      ...('HOME' in environment ? home : PACKAGES),
      '/venv/bin/python3': '',
      '/links/python3': { link: '../venv/bin/python3' },
    };
    const machine = madeMachine(files, environment);
    const { libraryPath, causes: found } = await diagnose(machine);
    const folders =
      'HOME' in environment
        ? CUDA_FOLDERS.map((each) => each.replace('/venv', '/home/.local'))
        : CUDA_FOLDERS;
    expect(libraryPath).toBe(folders.join(':'));
    expect(found).toEqual([
      {
        what: `libcublasLt.so.13, libcublas.so.13, libcurand.so.10, libcudart.so.13 and libcudnn.so.9 are in ${folders.join(' and ')}, where programs do not look`,
        fix: `name the folders before the start: export LD_LIBRARY_PATH=${folders.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
      },
    ]);
    // And it is right.
    const mended = await diagnose(machine.with({ LD_LIBRARY_PATH: folders.join(':') }));
    expect(mended.causes).toEqual([]);
  });

  it('takes the loader at its word: cache, RUNPATH, folders of the system', async () => {
    const runpath = {
      ...PROVIDER,
      '/ort/libonnxruntime_providers_cuda.so': { needed: PROVIDER_NEEDS, runpath: '$ORIGIN/../cuda' },
      '/cuda/libcublasLt.so.13': {},
      '/usr/local/cuda-13.0/lib/libcublas.so.13': { link: 'libcublas.so.13.0.0.19' },
      '/usr/local/cuda-13.0/lib/libcublas.so.13.0.0.19': { soname: 'libcublas.so.13' },
      '/usr/lib64/libcurand.so.10': {},
      '/etc/ld.so.cache': cacheBytes([['libcublas.so.13', '/usr/local/cuda-13.0/lib/libcublas.so.13']]),
    };
    expect((await states(madeMachine(runpath))).slice(0, 4)).toEqual([
      ['libcublasLt.so.13', 'found', undefined, '13'],
      ['libcublas.so.13', 'found', '13.0.0.19', '13'],
      ['libcurand.so.10', 'found', undefined, '10'],
      ['libcudart.so.13', 'missing', undefined, '13'],
    ]);
  });

  it('names another version that is here in place of the right one', async () => {
    const files = { ...PROVIDER, ...DRIVER, ...pythonPackages('/venv', { cuda: 12 }) };
    const { libraries, causes: found } = await diagnose(madeMachine(files, { VIRTUAL_ENV: '/venv' }));
    expect(libraries[0]).toMatchObject({
      name: 'libcublasLt.so.13',
      state: 'missing',
      other: { name: 'libcublasLt.so.12', version: '12.1.0.3', package: 'nvidia-cublas' },
    });
    // Its cuDNN has the same name, and is for CUDA 12.
    expect(libraries.find(({ name }) => name === 'libcudnn.so.9')).toMatchObject({ state: 'missing' });
    expect(found[0].what).toMatch(
      /libcudart\.so\.13 and libcudnn\.so\.9 are not installed \(libcublasLt\.so\.12, .* are\)/,
    );
  });

  it('names a cuDNN for another CUDA that the loader finds', async () => {
    const other = pythonPackages('/other', { cuda: 12 });
    const folders = [CUDA_FOLDERS[0], '/other/lib/python3.12/site-packages/nvidia/cudnn/lib'];
    const machine = madeMachine(
      { ...PROVIDER, ...DRIVER, ...PACKAGES, ...other },
      { LD_LIBRARY_PATH: folders.join(':') },
    );
    expect((await diagnose(machine)).causes[0].what).toMatch(
      /libcudnn\.so\.9 is of nvidia-cudnn-cu12, for CUDA 12/,
    );
  });

  it('passes over a library for another processor, as the loader does, and stops at a damaged one', async () => {
    const files = {
      ...PROVIDER,
      ...DRIVER,
      ...PACKAGES,
      '/arm/libcublas.so.13': { processor: 183 },
      '/bad/libcurand.so.10': 'no library',
    };
    const machine = madeMachine(files, { LD_LIBRARY_PATH: ['/arm', '/bad', ...CUDA_FOLDERS].join(':') });
    expect((await diagnose(machine)).causes).toEqual([
      {
        what: '/bad/libcurand.so.10 is cut short',
        fix: 'install it again, or take its folder out of LD_LIBRARY_PATH',
      },
    ]);
    expect((await states(machine))[1]).toEqual(['libcublas.so.13', 'found', '13.1.0.3', '13']);
  });

  it('names parts of cuDNN of several versions, and a part that lacks', async () => {
    const older = pythonPackages('/old', { cudnn: '9.1.0.70' });
    const [part] = Object.keys(older).filter((path) => path.endsWith('libcudnn_ops.so.9'));
    const mixed = { ...PROVIDER, ...DRIVER, ...PACKAGES };
    const files = Object.fromEntries(
      Object.entries(mixed).filter(([path]) => !path.endsWith('libcudnn_ops.so.9')),
    );
    const folders = [...CUDA_FOLDERS, part.slice(0, part.lastIndexOf('/'))].join(':');
    expect(await causes({ ...files, ...older }, { LD_LIBRARY_PATH: folders })).toEqual([
      expect.stringMatching(/^the parts of cuDNN are of several versions \(9\.19\.1\.2, 9\.1\.0\.70\)/),
    ]);
    expect(await causes(files, { LD_LIBRARY_PATH: CUDA_FOLDERS.join(':') })).toEqual([
      expect.stringMatching(/^libcudnn_ops\.so\.9 is not installed: install cuDNN 9/),
    ]);
  });

  it('names what is not of NVIDIA only where it lacks', async () => {
    const files = { ...PROVIDER, ...DRIVER, ...PACKAGES };
    const needs = [...PROVIDER_NEEDS, 'libz.so.1', 'libc.so.6'];
    const provider = { '/ort/libonnxruntime_providers_cuda.so': { needed: needs } };
    expect(await causes({ ...files, ...provider }, { LD_LIBRARY_PATH: CUDA_FOLDERS.join(':') })).toEqual([
      expect.stringMatching(/^libz\.so\.1 is not installed/),
    ]);
  });

  it('follows libraries that need each other in a circle', async () => {
    const circle = {
      '/usr/lib64/libcublasLt.so.13': { needed: ['libcublas.so.13'] },
      '/usr/lib64/libcublas.so.13': { needed: ['libcublasLt.so.13', 'libnvJitLink.so.13'] },
    };
    const found = await states(madeMachine({ ...PROVIDER, ...circle }));
    expect(found.map(([name]) => name)).toContain('libnvJitLink.so.13');
    expect(found.filter(([name]) => name === 'libcublasLt.so.13')).toHaveLength(1);
  });
});

describe('the provider', () => {
  it('is not installed', async () => {
    expect(await causes(DRIVER)).toEqual([
      expect.stringMatching(
        /^its provider library is not installed: add it with .*"ganeval devices install cuda --from FILE"/,
      ),
    ]);
  });

  it.each<[string, MadeFiles, RegExp]>([
    [
      'is cut short',
      { ...PROVIDER, '/ort/libonnxruntime_providers_cuda.so': elfBytes({}).subarray(0, 70) },
      /is cut short/,
    ],
    [
      'is for ARM',
      { ...PROVIDER, '/ort/libonnxruntime_providers_cuda.so': { processor: 183 } },
      /is for another processor/,
    ],
    [
      'is alone',
      { '/ort/libonnxruntime_providers_cuda.so': { needed: PROVIDER_NEEDS } },
      /lacks libonnxruntime_providers_shared\.so/,
    ],
  ])('%s', async (_, files, what) => {
    expect(await causes(files)).toEqual([expect.stringMatching(what)]);
  });

  it('is for another platform', async () => {
    const machine = madeMachine(PROVIDER, {}, { platform: 'darwin', arch: 'arm64' });
    expect((await diagnose(machine)).causes).toEqual([
      {
        what: 'onnxruntime-node has CUDA for Linux on x64 only, and this is darwin on arm64',
        fix: 'use --device webgpu',
      },
    ]);
  });
});

describe('the driver', () => {
  const ready = { ...PROVIDER, ...PACKAGES };
  const path = { LD_LIBRARY_PATH: CUDA_FOLDERS.join(':') };
  const without = (...names: string[]): MadeFiles =>
    Object.fromEntries(
      Object.entries({ ...ready, ...DRIVER }).filter(([file]) => !names.some((name) => file.includes(name))),
    );
  const version = (text: string): MadeFiles => ({
    ...without('libcuda.so'),
    '/proc/driver/nvidia/version': `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${text}  Tue Jan 1 UTC 2025`,
    '/usr/lib64/libcuda.so.1': { link: `libcuda.so.${text}` },
    [`/usr/lib64/libcuda.so.${text}`]: {},
  });

  it.each<[string, MadeFiles, Record<string, string>, RegExp]>([
    [
      'is not loaded',
      without('/proc', '/dev'),
      {},
      /driver is not loaded, since .*: run it where "nvidia-smi" lists a GPU/,
    ],
    [
      'is not given to a container',
      { ...without('/proc', '/dev'), '/.dockerenv': '' },
      {},
      /not loaded, .*: start the container with its GPUs \(--gpus all/,
    ],
    ['has no GPU', without('/dev'), {}, /no GPU is here, .*Slurm/],
    [
      'has no user part',
      without('libcuda.so'),
      {},
      /^libcuda\.so\.1, a part of NVIDIA's driver, is not installed: install the user part of NVIDIA's driver 580\.159\.04/,
    ],
    [
      'is too old for CUDA 13',
      version('575.57.08'),
      {},
      /^NVIDIA's driver is 575\.57\.08, and CUDA 13 needs 580 or later: install a newer driver, or a provider for CUDA 12/,
    ],
    ['is hidden', without(), { CUDA_VISIBLE_DEVICES: '' }, /^CUDA_VISIBLE_DEVICES= hides every GPU/],
    ['is hidden by a number', without(), { CUDA_VISIBLE_DEVICES: '-1' }, /hides every GPU/],
    [
      'was updated without a restart',
      { ...version('580.65.06'), '/proc/driver/nvidia/version': 'Kernel Module for x86_64  580.159.04  x' },
      {},
      /the driver in the kernel is 580\.159\.04 and its libcuda\.so\.1 is 580\.65\.06: restart/,
    ],
  ])('%s', async (_, files, environment, what) => {
    expect(await causes(files, { ...path, ...environment })).toEqual([expect.stringMatching(what)]);
  });

  it.each([
    ['580.65.06', '13', 0],
    ['580.159.04', '13', 0],
    ['525.60.13', '12', 0],
    ['525.60.04', '12', 1],
    ['515.43', '12', 1],
  ])('%s with CUDA %s', async (text, cuda, count) => {
    const needed = PROVIDER_NEEDS.map((name) => name.replace(/13$/, cuda));
    const folder = '/venv/lib/python3.12/site-packages/nvidia';
    const files = {
      ...version(text),
      ...pythonPackages('/venv', { cuda: Number(cuda) }),
      '/ort/libonnxruntime_providers_cuda.so': { needed },
    };
    const environment = { LD_LIBRARY_PATH: `${folder}/cu13/lib:${folder}/cuda/lib:${folder}/cudnn/lib` };
    expect(await causes(files, environment)).toHaveLength(count);
  });

  it('of a newer library than the kernel (NVIDIA calls it forward compatibility) is taken', async () => {
    const files = { ...version('580.65.06'), '/proc/driver/nvidia/version': 'Kernel Module  550.90.07  x' };
    expect(await causes(files, path)).toEqual([]);
  });

  it('of Windows is taken, and its library named that the loader does not see', async () => {
    const files = {
      ...without('/proc', '/dev', 'libcuda.so'),
      '/dev/dxg': '',
      '/usr/lib/wsl/lib/libcuda.so.1': {},
    };
    expect(await causes(files, path)).toEqual([
      expect.stringMatching(/^libcuda\.so\.1 is in \/usr\/lib\/wsl\/lib, where/),
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('is of others', async () => {
    const machine = madeMachine(without(), path);
    for (const name of ['nvidiactl', 'nvidia0']) chmodSync(join(machine.facts.root, 'dev', name), 0);
    expect((await diagnose(machine)).causes[0].what).toMatch(/may not open/);
  });
});
