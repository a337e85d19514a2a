import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { MachineFiles } from '../../../src/devices/cuda/machine-files.js';
import { elfBytes, type MadeElf, PROVIDER_NEEDS } from './elf-bytes.js';

/** Files by their path: text or bytes, what a library says of itself, or where a link leads. */
export type MadeFiles = Readonly<Record<string, string | Buffer | MadeElf | { readonly link: string }>>;

export const RUNTIME = '/ort';
const DRIVER_TEXT =
  'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (builder@host)\nGCC version: 12\n';

/** ONNX Runtime with the provider of a wheel for CUDA 13. */
export const PROVIDER: MadeFiles = {
  '/ort/libonnxruntime.so.1': { soname: 'libonnxruntime.so.1', needed: ['libc.so.6', 'libstdc++.so.6'] },
  '/ort/libonnxruntime_providers_cuda.so': { needed: [...PROVIDER_NEEDS, 'libc.so.6', 'libstdc++.so.6'] },
  '/ort/libonnxruntime_providers_shared.so': { needed: ['libc.so.6'] },
};

/** A GPU with its driver. */
export const DRIVER: MadeFiles = {
  '/proc/driver/nvidia/version': DRIVER_TEXT,
  '/dev/nvidiactl': '',
  '/dev/nvidia0': '',
  '/usr/lib/x86_64-linux-gnu/libcuda.so.1': { link: 'libcuda.so.580.159.04' },
  '/usr/lib/x86_64-linux-gnu/libcuda.so.580.159.04': { soname: 'libcuda.so.1' },
};

const CUDNN_PARTS = [
  'graph',
  'ops',
  'cnn',
  'adv',
  'heuristic',
  'engines_precompiled',
  'engines_runtime_compiled',
];

/** CUDA 13 and cuDNN 9 as NVIDIA's Python packages install them below a prefix. */
export function pythonPackages(prefix: string, { cuda = 13, cudnn = '9.19.1.2' } = {}): MadeFiles {
  const site = `${prefix}/lib/python3.12/site-packages`;
  const toolkit = cuda === 13 ? 'cu13' : 'cuda';
  const names = [`libcublasLt.so.${cuda}`, `libcublas.so.${cuda}`, 'libcurand.so.10', `libcudart.so.${cuda}`];
  const parts = CUDNN_PARTS.map((part) => `libcudnn_${part}.so.9`);
  const library = (soname: string): MadeElf => ({ soname, rpath: '$ORIGIN' });
  const record = (folder: string, files: readonly string[]) =>
    files.map((name) => `nvidia/${folder}/lib/${name},sha256=x,1\n`).join('');
  return {
    ...Object.fromEntries(names.map((name) => [`${site}/nvidia/${toolkit}/lib/${name}`, library(name)])),
    ...Object.fromEntries(
      ['libcudnn.so.9', ...parts].map((name) => [`${site}/nvidia/cudnn/lib/${name}`, library(name)]),
    ),
    [`${site}/nvidia_cublas-${cuda}.1.0.3.dist-info/RECORD`]: record(toolkit, names),
    [`${site}/nvidia_cudnn_cu${cuda}-${cudnn}.dist-info/RECORD`]: record('cudnn', [
      'libcudnn.so.9',
      ...parts,
    ]),
  };
}

/** A machine of these files, in a folder that is removed when the test ends. */
export function madeMachine(
  files: MadeFiles,
  environment: Readonly<Record<string, string>> = {},
  facts: { platform?: string; arch?: string } = {},
): MachineFiles {
  const root = mkdtempSync(join(tmpdir(), 'ganeval-machine-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(place, content);
    else if ('link' in content) symlinkSync(content.link, place);
    else writeFileSync(place, elfBytes(content));
  }
  return new MachineFiles({ platform: 'linux', arch: 'x64', environment, root, ...facts });
}
