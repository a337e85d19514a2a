import '@tensorflow/tfjs-backend-cpu';
import { dispose, type Scalar, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { Xoshiro } from '../../../src/tfjs-backend/index.js';
import type { PictureBatch } from '../../../src/train/adversarial/trainer.js';
import { family } from '../../../src/train/improved/family.js';
import { readTensors } from '../../../src/train/loop/weights.js';

/** A matrix by rows, in float64. */
type Rows = number[][];
type State = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>;

const SIZE = 3;
const BATCH = 4;
const LATENT = 5;
const LABELS = Int32Array.from({ length: 30 }, (_, i) => i % 3);
const FORM = { size: SIZE, channels: 1, classNames: ['a', 'b', 'c'] } as const;
const PLACE = { step: 0, steps: 10, stepsPerEpoch: 5 };
// The preset as it is, but for its size.
const SETTINGS = {
  ...family.presets['mnist-semi'].settings,
  width: 0.01,
  batchSize: BATCH,
  latentWidth: LATENT,
  labelsPerClass: 4,
};

beforeAll(async () => {
  await registerGradients();
  await setBackend('cpu');
});

const pictures = (phase: number): PictureBatch => ({
  pixels: Uint8Array.from(
    { length: BATCH * SIZE ** 2 },
    (_, i) => (i * 53 + phase * 91 + ((i * i) % 17) * 7) % 256,
  ),
  labels: Int32Array.from({ length: BATCH }, (_, i) => (i + phase) % 3),
});
const scaled = ({ pixels }: PictureBatch): Rows =>
  Array.from({ length: BATCH }, (_, i) =>
    Array.from(pixels.subarray(i * SIZE ** 2, (i + 1) * SIZE ** 2), (pixel) => pixel / 255),
  );

// The released code, written down once more with loops.

const matrixOf = (state: State, name: string): Rows => {
  const { shape, data } = state.get(name) as { shape: readonly number[]; data: ArrayLike<number> };
  return Array.from({ length: shape[0] }, (_, i) =>
    Array.from({ length: shape[1] }, (_, k) => data[i * shape[1] + k]),
  );
};
const vectorOf = (state: State, name: string) => Array.from(state.get(name)?.data ?? []);
const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
const columns = (rows: Rows) => rows[0].map((_, k) => rows.map((row) => row[k]));
const product = (x: Rows, w: Rows): Rows =>
  x.map((row) => w[0].map((_, k) => row.reduce((sum, each, i) => sum + each * w[i][k], 0)));
const softplus = (x: number) => Math.log(1 + Math.exp(x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** x·v·g/‖v‖ + b; 1e-6 keeps a length from being 0. */
function weightNorm(state: State, name: string, x: Rows): Rows {
  const v = matrixOf(state, `${name}.direction`);
  const [g, b] = [vectorOf(state, `${name}.scale`), vectorOf(state, `${name}.bias`)];
  const lengths = columns(v).map((each) => Math.hypot(...each, 1e-3));
  return product(x, v).map((row) => row.map((each, k) => (each * g[k]) / lengths[k] + b[k]));
}

/** By the mean and the variance of the batch itself, with a shift and no scale. */
function batchNorm(state: State, name: string, x: Rows): Rows {
  const shift = vectorOf(state, `${name}.shift`);
  const moments = columns(x).map((each) => {
    const center = mean(each);
    return { center, deviation: Math.sqrt(mean(each.map((value) => (value - center) ** 2)) + 1e-5) };
  });
  return x.map((row) => row.map((each, k) => (each - moments[k].center) / moments[k].deviation + shift[k]));
}

/** z → 500 → 500 softplus with batch norm → pixels, sigmoid. */
function generate(state: State, z: Rows): Rows {
  const layer = (name: string, x: Rows) =>
    batchNorm(
      state,
      `generator/weights/${name}.norm`,
      product(x, matrixOf(state, `generator/weights/${name}.weight`)),
    ).map((row) => row.map(softplus));
  return weightNorm(state, 'generator/weights/pixels', layer('hidden2', layer('hidden1', z))).map((row) =>
    row.map(sigmoid),
  );
}

/** Noise of .3 on the pictures and .5 before each other layer; f(x) is the last hidden layer, without the noise that follows it. */
function discriminate(state: State, x: Rows, rng: Xoshiro): { features: Rows; logits: Rows } {
  const noisy = (rows: Rows, deviation: number) => {
    const noise = rng.normal(rows.length * rows[0].length, 0, deviation);
    return rows.map((row, i) => row.map((each, k) => each + noise[i * row.length + k]));
  };
  const layer = (name: string, rows: Rows) => weightNorm(state, `discriminator/weights/${name}`, rows);
  let features = x;
  for (const i of [1, 2, 3, 4, 5]) {
    const made = layer(`hidden${i}`, noisy(features, i === 1 ? 0.3 : 0.5));
    features = made.map((row) => row.map((each) => Math.max(each, 0)));
  }
  return { features, logits: layer('logits', noisy(features, 0.5)) };
}

const logSumExp = (row: readonly number[]) => Math.log(row.reduce((sum, each) => sum + Math.exp(each), 0));
const latents = (rng: Xoshiro): Rows => {
  const drawn = rng.uniform(BATCH * LATENT, 0, 1);
  return Array.from({ length: BATCH }, (_, i) => Array.from(drawn.subarray(i * LATENT, (i + 1) * LATENT)));
};

it('a step of mnist-semi has the losses of the released code', async () => {
  const trainer = family.create(SETTINGS, FORM, 3, LABELS);
  const [unlabeled, labeled, matched] = [1, 2, 3].map(pictures);
  await trainer.initialize?.({ first: pictures(5) }, new Xoshiro(50));
  const before: State = await readTensors(trainer.state);
  const losses = trainer.step({ unlabeled, labeled, matched }, new Xoshiro(9), PLACE);
  const after: State = await readTensors(trainer.state);

  const rng = new Xoshiro(9);
  const fake = generate(before, latents(rng));
  const { logits } = discriminate(before, [...scaled(unlabeled), ...fake, ...scaled(labeled)], rng);
  const z = logits.map(logSumExp);
  // −½·E log Z/(Z + 1) − ½·E log 1/(Z + 1), and E log Z − E l_y, with weight 1.
  const lossUnlabeled =
    -0.5 * mean(z.slice(0, BATCH)) +
    0.5 * mean(z.slice(0, BATCH).map(softplus)) +
    0.5 * mean(z.slice(BATCH, 2 * BATCH).map(softplus));
  const lossLabeled = mean(
    z.slice(2 * BATCH).map((each, i) => each - logits[2 * BATCH + i][labeled.labels[i]]),
  );
  expect(await numberOf(losses.lossUnlabeled)).toBeCloseTo(lossUnlabeled, 4);
  expect(await numberOf(losses.lossLabeled)).toBeCloseTo(lossLabeled, 4);

  // G against the updated D, with another batch of pictures and other latents.
  const updated: State = new Map([
    ...before,
    ...[...after].filter(([name]) => name.startsWith('discriminator/')),
  ]);
  const again = latents(rng);
  const real = columns(discriminate(updated, scaled(matched), rng).features).map(mean);
  const made = columns(discriminate(updated, generate(updated, again), rng).features).map(mean);
  expect(await numberOf(losses.lossG)).toBeCloseTo(mean(real.map((each, k) => (each - made[k]) ** 2)), 4);
  dispose(Object.values(losses));
  trainer.dispose();
});

it("mnist-semi has the released code's settings", () => {
  expect(family.presets['mnist-semi']).toMatchObject({
    epochs: 300,
    settings: {
      batchSize: 100,
      learningRate: 3e-3,
      decay: false,
      beta1: 0.5,
      labelsPerClass: 10,
      unlabeledWeight: 1,
      inputNoise: 0.3,
      generatorSteps: 1,
      generatorLoss: 'feature-matching',
      normalization: 'batch',
    },
  });
});

const numberOf = async (loss: Scalar) => (await loss.data())[0];
