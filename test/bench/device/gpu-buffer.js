// Whether outputs can stay on the device between runs (`preferredOutputLocation`), and what that saves: gpu-buffer.js DEVICE STEP. Steps run in
// processes of their own, since some end the process.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../../dist/onnx/graph.js';
import { attempt, found, noise } from './section.js';

const [device, step] = process.argv.slice(2);
const [SIDE, LAYERS] = [2048, 50];

function productGraph() {
  const graph = new GraphBuilder('product', { opset: 18 });
  const x = graph.input('x', 'float32', [SIDE, SIDE]);
  const w = graph.constant({
    type: 'float32',
    shape: [SIDE, SIDE],
    data: noise(SIDE * SIDE, 1).map((value) => (value - 0.5) / Math.sqrt(SIDE / 12)),
  });
  graph.output('y', graph.node('MatMul', [x, w]), 'float32', [SIDE, SIDE]);
  return graph.toBytes();
}

const open = (options) =>
  InferenceSession.create(productGraph(), {
    executionProviders: [device, 'cpu'],
    logSeverityLevel: 4,
    ...options,
  });
const start = () => new Tensor('float32', noise(SIDE * SIDE, 2), [SIDE, SIDE]);

/** Feeds what a session gave to itself again; gives what comes out last, as numbers. */
async function chain(location) {
  const session = await open(location && { preferredOutputLocation: location });
  const last = await open();
  const through = async () => {
    let x = start();
    for (let i = 0; i < LAYERS; i++) {
      const { y } = await session.run({ x });
      if (i > 0 && location) x.dispose();
      x = y;
    }
    return (await last.run({ x })).y.data;
  };
  await through();
  const from = performance.now();
  const data = await through();
  found(`${LAYERS} products of ${SIDE}², ${location ?? 'cpu'} between`, performance.now() - from, 'ms');
  found(`their last number, ${location ?? 'cpu'} between`, data[data.length - 1]);
}

const STEPS = {
  location: async () => {
    for (const location of ['gpu-buffer', 'cpu-pinned', 'ml-tensor']) {
      await attempt(`preferredOutputLocation ${location}`, async () => {
        const { y } = await (await open({ preferredOutputLocation: location })).run({ x: start() });
        found(`preferredOutputLocation ${location}`, `an output in ${y.location}`);
      });
    }
  },
  'chain on the CPU': () => chain(),
  'chain in gpu-buffer': () => chain('gpu-buffer'),
  'gpuBuffer of an output': async () => {
    const { y } = await (await open({ preferredOutputLocation: 'gpu-buffer' })).run({ x: start() });
    found('gpuBuffer', `${typeof y.gpuBuffer} ${String(y.gpuBuffer)}`);
  },
  'getData of an output': async () => {
    const { y } = await (await open({ preferredOutputLocation: 'gpu-buffer' })).run({ x: start() });
    const data = await y.getData();
    found('getData', `${data.length} numbers`);
  },
  'output given beforehand': async () => {
    const session = await open();
    const y = new Tensor('float32', new Float32Array(SIDE * SIDE), [SIDE, SIDE]);
    const result = await session.run({ x: start() }, { y });
    found('output given beforehand', `same memory ${result.y.data === y.data}, filled ${y.data[5] !== 0}`);
  },
  'graph capture': async () => {
    const session = await open({ enableGraphCapture: true });
    const { y } = await session.run({ x: start() });
    found('enableGraphCapture', `an output in ${y.location}`);
  },
  'layout and device': async () => {
    for (const provider of [
      { name: device, deviceId: 0 },
      { name: device, deviceId: 7 },
      { name: device, preferredLayout: 'NCHW' },
      { name: device, use_tf32: 0 },
      { name: device, useTf32: '0' },
    ]) {
      await attempt(JSON.stringify(provider), async () => {
        await (await open({ executionProviders: [provider, 'cpu'] })).run({ x: start() });
        found(JSON.stringify(provider), 'starts and runs');
      });
    }
  },
};

if (step) await attempt(step, STEPS[step]);
