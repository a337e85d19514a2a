// device-distances.js DEVICE MODEL...: prints, as JSON, the relative L2 of each model's features on a device from those on the CPU. A
// process of its own, since the system's loader reads LD_LIBRARY_PATH when it starts.
import { openSession } from '../../dist/onnx/session.js';
import { float32 } from '../../dist/onnx/tensor.js';

const [device, ...models] = process.argv.slice(2);
const PICTURES = 1;

async function featuresOf(model, where) {
  const session = await openSession(model, { device: where });
  const [{ name, shape: sides }] = session.inputs;
  const shape = [PICTURES, ...sides.slice(1)];
  const length = shape.reduce((a, b) => a * b, 1);
  const pixels = Float32Array.from({ length }, (_, i) => Math.sin(i / 7) + Math.cos(i / 331));
  const { features } = await session.run({ [name]: float32(pixels, shape) }, ['features']);
  await session.close();
  return features.data;
}

const distances = [];
for (const model of models) {
  const [expected, found] = [await featuresOf(model, 'cpu'), await featuresOf(model, device)];
  const difference = found.reduce((sum, value, i) => sum + (value - expected[i]) ** 2, 0);
  const length = expected.reduce((sum, value) => sum + value ** 2, 0);
  distances.push(Math.sqrt(difference / length));
}
console.log(JSON.stringify(distances));
