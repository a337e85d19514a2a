// Started by run-self-test.ts as a process of its own: test-device.js DEVICE. Sends one message, what it found.
import { fileURLToPath } from 'node:url';
import { makeRuntimeTensor, type RuntimeSession, startSession } from '../../onnx/runtime.js';
import { float32 } from '../../onnx/tensor.js';
import type { SelfTest } from '../choice/self-test.js';
import type { Device } from '../device-choices.js';
import { oneLine } from '../runtime-message.js';

/** The path is the same from src/ and from dist/. */
const NETWORK = fileURLToPath(new URL('../../../models/inception-cifar10.onnx', import.meta.url));
const SIDE = 32;
const WIDTH = 480;
const PICTURES = 64;
/** A software adapter runs one in a second. */
const FEW = 1;
/** What is slower by this much needs no more pictures; a GPU that is fed one at a time is not. */
const SLOW = 64;
const TIMED_MS = 250;

/** Pictures by a formula: waves and noise within the range that the network is fed. */
function makePictures(count: number): Float32Array {
  let state = 2020;
  return Float32Array.from({ length: count * 3 * SIDE ** 2 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.sin(i / 7) + Math.cos(i / 331) + (state / 2 ** 32 - 0.5);
  });
}

async function run(session: RuntimeSession, pictures: Float32Array): Promise<Float32Array> {
  const image = await makeRuntimeTensor(
    float32(pictures, [pictures.length / (3 * SIDE ** 2), 3, SIDE, SIDE]),
  );
  const { features } = await session.run({ image }, ['features']);
  return features.data as Float32Array;
}

/** Pictures a second of runs that take at least a quarter of a second together. */
async function measureRate(session: RuntimeSession, pictures: Float32Array): Promise<number> {
  const start = performance.now();
  let runs = 0;
  let ms = 0;
  while (ms < TIMED_MS) {
    await run(session, pictures);
    runs++;
    ms = performance.now() - start;
  }
  return (1000 * runs * (pictures.length / (3 * SIDE ** 2))) / ms;
}

/** Relative L2 of rows to the expected ones; fewer rows are compared with the first. */
function distanceOf(rows: Float32Array, expected: Float32Array): number {
  let [difference, length] = [0, 0];
  for (const [i, value] of rows.entries()) {
    difference += (value - expected[i]) ** 2;
    length += expected[i] ** 2;
  }
  return Math.sqrt(difference / length);
}

async function testDevice(device: Device): Promise<SelfTest> {
  const pictures = makePictures(PICTURES);
  const few = pictures.subarray(0, FEW * 3 * SIDE ** 2);
  const cpu = await startSession(NETWORK, 'cpu');
  const expected = await run(cpu, pictures);
  const cpuPicturesPerSecond = await measureRate(cpu, pictures);
  const start = performance.now();
  const session = await startSession(NETWORK, device);
  const first = await run(session, few);
  const startSeconds = (performance.now() - start) / 1000;
  if (first.length !== FEW * WIDTH) throw new Error('it gives no features');
  const fewPerSecond = await measureRate(session, few);
  const found = { outcome: 'ran', cpuPicturesPerSecond, startSeconds } as const;
  if (fewPerSecond < cpuPicturesPerSecond / SLOW) {
    return { ...found, distance: distanceOf(first, expected), picturesPerSecond: fewPerSecond };
  }
  const rows = await run(session, pictures);
  const distance = Math.max(distanceOf(first, expected), distanceOf(rows, expected));
  return { ...found, distance, picturesPerSecond: await measureRate(session, pictures) };
}

async function answer(device: Device): Promise<void> {
  const found = await testDevice(device).catch(
    (error: unknown): SelfTest => ({ outcome: 'failed', reason: oneLine(error).slice(0, 1000) }),
  );
  const finite = found.outcome === 'failed' || Number.isFinite(found.distance);
  const sent: SelfTest = finite
    ? found
    : { outcome: 'failed', reason: 'it gives numbers that are not finite' };
  process.send?.(sent);
}

await answer(process.argv[2] as Device);
