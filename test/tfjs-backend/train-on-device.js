// Trains a convolutional GAN for some steps on a device, and prints its losses and first weights as JSON: train-on-device.js DEVICE.
import {
  add,
  conv2d,
  conv2dTranspose,
  leakyRelu,
  matMul,
  mean,
  mul,
  reshape,
  softplus,
  tanh,
  tensor,
  tidy,
  train,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import {
  batchNormTraining,
  flush,
  randomNormal,
  useOnnxBackend,
  Xoshiro,
} from '../../dist/tfjs-backend/index.js';

const STEPS = 6;
const [device] = process.argv.slice(2);
const backend = await useOnnxBackend({ device });
const stream = new Xoshiro(3);
const weight = (...shape) => tidy(() => variable(randomNormal(shape, stream, 0, 0.1)));
const ones = (length) => tidy(() => variable(tensor(new Float32Array(length).fill(1))));

const [first, up, scale, offset] = [weight(6, 64), weight(5, 5, 3, 4), ones(4), weight(4)];
const [down, last] = [weight(5, 5, 3, 4), weight(64, 1)];
const generate = () => {
  const maps = reshape(matMul(randomNormal([8, 6], stream), first), [8, 4, 4, 4]);
  return tanh(
    conv2dTranspose(batchNormTraining(maps, scale, offset, 1e-3).output, up, [8, 8, 8, 3], 2, 'same'),
  );
};
const judge = (x) => matMul(reshape(leakyRelu(conv2d(x, down, 2, 'same'), 0.2), [8, 64]), last);
const real = tensor(stream.uniform(8 * 192), [8, 8, 8, 3]);
const optimizers = [train.momentum(0.05, 0.5), train.adam(0.01, 0.5)];
const update = (optimizer, variables, loss) => {
  const { value, grads } = variableGrads(() => tidy(loss), variables);
  optimizer.applyGradients(grads);
  return value;
};

const losses = [];
for (let i = 0; i < STEPS; i++) {
  const loss = tidy(() => {
    const fake = generate();
    update(optimizers[0], [down, last], () =>
      add(mean(softplus(mul(judge(real), -1))), mean(softplus(judge(fake)))),
    );
    return update(optimizers[1], [first, up, scale, offset], () =>
      mean(softplus(mul(judge(generate()), -1))),
    );
  });
  await flush(loss);
  losses.push((await loss.data())[0]);
  loss.dispose();
}
const weights = [];
for (const each of [first, up, scale, down]) weights.push(...(await each.data()).slice(0, 4));
const { compiles, bytesOnDevice } = backend.stats;
console.log(JSON.stringify({ losses, weights, compiles, bytesOnDevice }));
await backend.close();
