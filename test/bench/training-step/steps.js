// Training steps that are timed, on whichever tfjs backend is current.
import { describeSmallInception } from '../../../dist/networks/architectures/small-inception.js';
import { Xoshiro } from '../../../dist/tfjs-backend/index.js';
import { initialWeights } from '../../../dist/train/classifier/network/network.js';
import { PRESETS } from '../../../dist/train/classifier/presets.js';
import { TrainedVariables } from '../../../dist/train/classifier/trained-variables.js';
import { facts } from '../../../dist/train/gan/settings.js';
import { GanTrainer } from '../../../dist/train/gan/trainer.js';
import { dcgan, mlpGan } from '../gan-steps.js';

const { recipe } = PRESETS['inception-cifar10'];
const SPEC = { ...recipe.network, classes: 10 };
const BATCH = 128;
/** So small that no network learns these pictures of noise: a discriminator that is sure of them has gradients that are denormal, which are slow. */
const RATE = 1e-5;
const { multiplyAdds, units } = describeSmallInception(SPEC);
const STEM_MULTIPLY_ADDS = units[0].kernel ** 2 * units[0].from * units[0].to * (SPEC.size - 1) ** 2;

/** Steps in one run of a session, as a training's loop has it on the CPU (src/train/loop/steps-per-run.ts). */
const [QUICK, FAST] = [10, 4];

/**
 * Each by its name: title, the GFLOP of its products and convolutions, how many steps it does, and what makes it. That gets a function which waits
 * for tensors, and how many steps there are in a run; it returns one that does them and waits until they are done.
 */
export const STEPS = {
  mlp: {
    title: 'GAN of dense layers, 100-1200-1200-784 and 784-1200-1200-1, batch 100',
    gflop: 5.41,
    stepsPerRun: QUICK,
    make: (settle, count) => ganStep(mlpGan(RATE), settle, count),
  },
  recipe2014: {
    title: 'GAN of 2014 as `train gan` has it: 100-1200-1200-784, maxout 240×5 twice, dropout, batch 100',
    gflop: 2.82,
    stepsPerRun: QUICK,
    make: recipe2014,
  },
  dcgan: {
    title: 'DCGAN 32×32, 5×5 filters, batch 64',
    gflop: 42,
    stepsPerRun: FAST,
    make: (settle, count) => ganStep(dcgan(undefined, RATE), settle, count),
  },
  classifier: {
    title: 'CIFAR-10 classifier, batch 128',
    stepsPerRun: 1,
    gflop: (2 * BATCH * (3 * multiplyAdds - 2 * STEM_MULTIPLY_ADDS)) / 1e9,
    make: classifierStep,
  },
};

/** The classifier's network, for another program that builds it. */
export const CLASSIFIER_NETWORK = recipe.network;

function ganStep({ step, variables }, settle, count = 1) {
  return async () => {
    const losses = Array.from({ length: count }, step);
    await settle([...losses, ...variables]);
    for (const each of losses) each.dispose();
  };
}

function recipe2014(settle, count = 1) {
  const form = { size: 28, channels: 1, classNames: [] };
  const settings = { ...facts.presets.mnist.settings, learningRate: RATE };
  const trainer = new GanTrainer(settings, form, 1);
  const rng = new Xoshiro(7);
  const pixels = Uint8Array.from(rng.uniform(settings.batchSize * 784, 0, 256));
  const pictures = { pixels, labels: new Int32Array(settings.batchSize) };
  const place = { step: 0, steps: 1e5, stepsPerEpoch: 500 };
  return async () => {
    const losses = [];
    for (let i = 0; i < count; i++, place.step++)
      losses.push(...Object.values(trainer.step({ pictures }, rng, place)));
    await settle([...losses, ...trainer.state.values()]);
    for (const each of losses) each.dispose();
  };
}

function classifierStep(settle) {
  const stream = new Xoshiro(3);
  const stem = stream.normal(2 * 2 * SPEC.channels * SPEC.stem, 0, 0.3);
  const training = new TrainedVariables(SPEC, recipe, initialWeights(SPEC, stem, 1));
  const pictures = stream.normal(BATCH * SPEC.size ** 2 * SPEC.channels);
  const targets = Float32Array.from({ length: BATCH * 10 }, (_, i) =>
    Number(i % 10 === Math.floor(i / 10) % 10),
  );
  let done = 0;
  return async () => {
    const loss = training.step({ pictures, targets }, 0.01, done++);
    await settle([loss, ...training.state.values()]);
    loss.dispose();
  };
}
