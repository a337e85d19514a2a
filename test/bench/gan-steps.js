// Training steps of two GANs in plain tfjs, the same for every backend.
import {
  add,
  conv2d,
  conv2dTranspose,
  div,
  leakyRelu,
  matMul,
  mean,
  mul,
  relu,
  reshape,
  sigmoid,
  softplus,
  sqrt,
  sub,
  tanh,
  tensor,
  tidy,
  train,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { batchNormTraining, randomNormal, Xoshiro } from '../../dist/tfjs-backend/index.js';

const stream = new Xoshiro(1);
const weight = (...shape) => tidy(() => variable(randomNormal(shape, stream, 0, 0.02)));
const constant = (value, length) => tidy(() => variable(tensor(new Float32Array(length).fill(value))));

/** Both networks' updates on a batch: the discriminator's, then the generator's. Returns the generator's loss. */
function ganStep({ generator, discriminator, makeLatent, pictures, rate }) {
  const optimizers = [train.momentum(rate, 0.5), train.momentum(rate, 0.5)];
  const update = (optimizer, variables, loss) => {
    const { value, grads } = variableGrads(() => tidy(loss), variables);
    optimizer.applyGradients(grads);
    return value;
  };
  const step = () =>
    tidy(() => {
      const fake = generator.apply(makeLatent());
      update(optimizers[0], discriminator.variables, () => {
        const real = discriminator.apply(pictures);
        return add(mean(softplus(mul(real, -1))), mean(softplus(discriminator.apply(fake))));
      });
      return update(optimizers[1], generator.variables, () =>
        mean(softplus(mul(discriminator.apply(generator.apply(makeLatent())), -1))),
      );
    });
  // What momentum remembers is made at the first step, and has to be seen with the weights at the end of each.
  return { step, variables: [...generator.variables, ...discriminator.variables] };
}

/** 100-1200-1200-784 against 784-1200-1200-1, batches of 100. */
export function mlpGan(rate = 0.05) {
  const layers = (...widths) =>
    widths.slice(1).map((to, i) => ({ w: weight(widths[i], to), b: constant(0, to) }));
  const network = (parts, last) => ({
    variables: parts.flatMap(({ w, b }) => [w, b]),
    apply: (x) =>
      parts.reduce((y, { w, b }, i) => {
        const z = add(matMul(y, w), b);
        return i === parts.length - 1 ? last(z) : relu(z);
      }, x),
  });
  return ganStep({
    generator: network(layers(100, 1200, 1200, 784), sigmoid),
    discriminator: network(layers(784, 1200, 1200, 1), (z) => z),
    makeLatent: () => randomNormal([100, 100], stream),
    pictures: tensor(stream.uniform(100 * 784), [100, 784]),
    rate,
  });
}

const fusedNorm = (x, { gamma, beta }) => batchNormTraining(x, gamma, beta, 1e-3).output;

/** Batch normalization in single operators, for devices that have no kernel for its training. */
export function plainNorm(x, { gamma, beta }) {
  const axes = [0, 1, 2];
  const centered = sub(x, mean(x, axes, true));
  const deviation = sqrt(add(mean(mul(centered, centered), axes, true), 1e-3));
  return add(mul(div(centered, deviation), gamma), beta);
}

/** 100-4×4×256-8×8×128-16×16×64-32×32×3 against its mirror image, 5×5 filters, batches of 64. */
export function dcgan(norm = fusedNorm, rate = 0.05) {
  const batch = 64;
  const normed = (channels) => ({ gamma: constant(1, channels), beta: constant(0, channels) });
  const first = weight(100, 4096);
  const up = [weight(5, 5, 128, 256), weight(5, 5, 64, 128), weight(5, 5, 3, 64)];
  const upNorms = [normed(256), normed(128), normed(64)];
  const generator = {
    variables: [first, ...up, ...upNorms.flatMap(({ gamma, beta }) => [gamma, beta])],
    apply: (latent) =>
      up.reduce(
        (x, filter, i) => {
          const side = x.shape[1] * 2;
          const active = relu(norm(x, upNorms[i]));
          const made = conv2dTranspose(active, filter, [batch, side, side, filter.shape[2]], 2, 'same');
          return i === 2 ? tanh(made) : made;
        },
        reshape(matMul(latent, first), [batch, 4, 4, 256]),
      ),
  };
  const down = [weight(5, 5, 3, 64), weight(5, 5, 64, 128), weight(5, 5, 128, 256)];
  const downNorms = [undefined, normed(128), normed(256)];
  const last = weight(4096, 1);
  const discriminator = {
    variables: [last, ...down, ...downNorms.slice(1).flatMap(({ gamma, beta }) => [gamma, beta])],
    apply: (pictures) => {
      const maps = down.reduce((x, filter, i) => {
        const y = conv2d(x, filter, 2, 'same');
        return leakyRelu(downNorms[i] ? norm(y, downNorms[i]) : y, 0.2);
      }, pictures);
      return matMul(reshape(maps, [batch, 4096]), last);
    },
  };
  return ganStep({
    generator,
    discriminator,
    makeLatent: () => randomNormal([batch, 100], stream),
    pictures: sub(mul(tensor(stream.uniform(batch * 3072), [batch, 32, 32, 3]), 2), 1),
    rate,
  });
}
