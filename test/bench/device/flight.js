// Several sessions of one device at once, each in a thread of its own, since a run blocks its thread: flight.js DEVICE FOLDER float32|uint8 COUNT.
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openExtractor } from '../../../dist/networks/extractor.js';
import { openNetwork } from '../../../dist/networks/network.js';
import { openSession } from '../../../dist/onnx/session.js';
import { imagesOf, inceptionV3 } from './networks.js';
import { attempt, found, noisyBytes } from './section.js';

const BATCH = 32;
const SECONDS = 2;

async function openWork({ device, path, kind }) {
  if (kind === 'float32') {
    const session = await openSession(path, { device });
    const feeds = imagesOf(BATCH);
    return () => session.run(feeds, ['features']);
  }
  const extractor = await openExtractor(await openNetwork(path), { downsample: 'decimate', device });
  const pictures = { pixels: noisyBytes(BATCH * 256 * 256 * 3), count: BATCH, width: 256, height: 256 };
  return () => extractor.run(pictures);
}

async function work(data) {
  const run = await openWork(data);
  await run();
  await run();
  parentPort.on('message', async () => {
    const end = performance.now() + SECONDS * 1000;
    let pictures = 0;
    for (; performance.now() < end; pictures += BATCH) await run();
    parentPort.postMessage(pictures);
  });
  parentPort.postMessage('ready');
}

async function measure(device, path, kind, count) {
  const workers = Array.from(
    { length: count },
    () => new Worker(fileURLToPath(import.meta.url), { workerData: { device, path, kind } }),
  );
  const next = (worker) =>
    new Promise((done, fail) => {
      worker.once('message', done);
      worker.once('error', fail);
    });
  try {
    // Not all at once: a device may not survive several threads that start it.
    for (const worker of workers) await next(worker);
    const start = performance.now();
    const all = Promise.all(workers.map(next));
    for (const worker of workers) worker.postMessage('run');
    const pictures = (await all).reduce((a, b) => a + b, 0);
    found(
      `${count} sessions, ${kind}, batch ${BATCH}`,
      (pictures * 1000) / (performance.now() - start),
      'pictures/s',
    );
  } finally {
    for (const worker of workers) await worker.terminate();
  }
}

if (isMainThread) {
  const [device, folder, kind, count] = process.argv.slice(2);
  // What the threads need of the environment must be in the process's, which theirs is a copy of.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  const path = await inceptionV3(folder);
  await attempt(`${count} sessions, ${kind}`, () => measure(device, path, kind, Number(count)));
} else {
  await work(workerData);
}
