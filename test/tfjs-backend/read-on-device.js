// Computes tensors of each type on a device, and prints what they hold as JSON: read-on-device.js DEVICE.
import { argMax, cast, greater, logicalNot, mul, scalar, tensor, where } from '@tensorflow/tfjs-core';
import { flush, useOnnxBackend } from '../../dist/tfjs-backend/index.js';

const [device] = process.argv.slice(2);
const backend = await useOnnxBackend({ device });
const [x, two] = [tensor([1, 2, 3]), scalar(2)];
// The first two are one output of the graph.
const made = [mul(x, two), mul(x, two), greater(x, two), cast(x, 'int32'), argMax(x)];
await flush(made);
const { bytesOnDevice } = backend.stats;
const after = [where(made[2], x, made[0]), logicalNot(made[2]), mul(made[3], 3)];
await flush(after);
const values = [];
for (const each of [...made, ...after]) values.push([...(await each.data())]);
console.log(JSON.stringify({ values, bytesOnDevice }));
await backend.close();
