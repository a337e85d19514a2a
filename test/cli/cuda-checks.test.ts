import { expect, it } from 'vitest';
import { checksToText } from '../../src/cli/doctor/checks-to-text.js';
import { cudaChecks } from '../../src/cli/doctor/cuda-checks.js';
import { diagnoseCuda } from '../../src/devices/cuda/diagnose-cuda.js';
import {
  DRIVER,
  type MadeFiles,
  madeMachine,
  PROVIDER,
  pythonPackages,
  RUNTIME,
} from '../devices/cuda/made-machine.js';

const CUDA = '/venv/lib/python3.12/site-packages/nvidia/cu13/lib';
const CUDNN = '/venv/lib/python3.12/site-packages/nvidia/cudnn/lib';

async function text(files: MadeFiles, path: string, trial = { available: false, reason: 'why' }) {
  const diagnosis = await diagnoseCuda(
    madeMachine(files, { VIRTUAL_ENV: '/venv', LD_LIBRARY_PATH: path }),
    RUNTIME,
  );
  return checksToText(cudaChecks(trial, diagnosis));
}

it('says of each library the version found and the one needed, and what to do', async () => {
  const cudnnAlone = Object.fromEntries(
    Object.entries(pythonPackages('/venv')).filter(([path]) => !path.includes('/cu13/')),
  );
  const files = { ...PROVIDER, ...DRIVER, ...cudnnAlone, '/usr/lib64/libcublas.so.12': {} };
  expect(await text(files, '')).toBe(
    `· cuda                    not used: libcublasLt.so.13, libcublas.so.13, libcurand.so.10 and libcudart.so.13 are not installed (libcublas.so.12 is)
                          to change it: install CUDA 13 and cuDNN 9, as with "python3 -m pip install nvidia-cublas nvidia-curand nvidia-cuda-runtime", and look again
· cuda                    libcudnn.so.9 is in ${CUDNN}, where programs do not look
                          to change it: name the folders before the start: export LD_LIBRARY_PATH=${CUDNN}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
✓ cuda provider           /ort/libonnxruntime_providers_cuda.so, built for CUDA 13
✓ cuda driver             580.159.04
· cuda libcublasLt.so.13  not found, version 13 is needed
· cuda libcublas.so.13    not found, version 13 is needed; libcublas.so.12 is here (/usr/lib64/libcublas.so.12)
· cuda libcurand.so.10    not found, version 10 is needed
· cuda libcudart.so.13    not found, version 13 is needed
✓ cuda libcuda.so.1       580.159.04, /usr/lib/x86_64-linux-gnu/libcuda.so.1
· cuda libcudnn.so.9      9.19.1.2, ${CUDNN}/libcudnn.so.9, where programs do not look
`,
  );
});

it('is short where CUDA runs, and where the runtime alone knows why it does not', async () => {
  const files = { ...PROVIDER, ...DRIVER, ...pythonPackages('/venv') };
  expect(await text(files, `${CUDA}:${CUDNN}`, { available: true, reason: '' })).toBe(
    '✓ cuda  used by --device auto and --device cuda\n',
  );
  expect(await text(files, `${CUDA}:${CUDNN}`)).toBe('· cuda  not used: why\n');
});

it('warns of what lacks where CUDA starts', async () => {
  const files = { ...PROVIDER, ...DRIVER, ...pythonPackages('/venv') };
  expect(await text(files, CUDA, { available: true, reason: '' })).toMatch(
    /^· cuda +it starts, but libcudnn\.so\.9 is in .*, where programs do not look\n/,
  );
});
