// When NVIDIA_TF32_OVERRIDE still keeps CUDA from rounding float32 to ten bits: tf32.js FOLDER MODE writes features, and what decides is
// where the variable is set.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { imagesOf, inceptionV3 } from './networks.js';
import { found } from './section.js';

const NAME = 'NVIDIA_TF32_OVERRIDE';
const OPTIONS = { executionProviders: ['cuda', 'cpu'], logSeverityLevel: 4 };

async function features(path, more = {}) {
  const session = await InferenceSession.create(path, { ...OPTIONS, ...more });
  const { image } = imagesOf(4);
  const { features } = await session.run({ image: new Tensor('float32', image.data, image.shape) }, [
    'features',
  ]);
  await session.release();
  return features.data;
}

/** What sets the variable, and when; `environment` and `environment 1` have it from their parent. */
const MODES = {
  environment: () => {},
  'environment 1': () => {},
  unset: () => {},
  'after the runtime is loaded': () => {
    process.env[NAME] = '0';
  },
  'after a session': async (path) => {
    await features(path);
    process.env[NAME] = '0';
  },
  'session option': (path) => features(path, { extra: { ep: { cudaexecutionprovider: { use_tf32: '0' } } } }),
  'in a worker alone': () => 'worker',
  'before the worker': () => {
    process.env[NAME] = '0';
    return 'worker';
  },
  'after a session on the CPU': async (path) => {
    await (await InferenceSession.create(path, { ...OPTIONS, executionProviders: ['cpu'] })).release();
    process.env[NAME] = '0';
  },
};

async function run({ folder, mode, inWorker }) {
  const path = await inceptionV3(folder);
  if (inWorker) process.env[NAME] = '0';
  const made = inWorker ? undefined : await MODES[mode](path);
  if (made === 'worker') {
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: { folder, mode, inWorker: true },
    });
    await new Promise((done, fail) => worker.once('exit', done).once('error', fail));
    return;
  }
  const data = made ?? (await features(path));
  await writeFile(
    join(folder, `tf32 ${mode}.inception-v3.f32`),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  found('features', `tf32 ${mode}`);
}

if (!isMainThread) await run(workerData);
else if (process.argv[1] === fileURLToPath(import.meta.url))
  await run({ folder: process.argv[2], mode: process.argv[3] });
