// A ring of eight Gaussians: how many of its modes a small GAN keeps, plain and with each technique of the 2016 paper, over ten
// seeds. `node test/bench/ring.js [seeds] [steps]`.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { add, concat, leakyRelu, relu, scalar, split, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { flush, randomNormal, useOnnxBackend, Xoshiro } from '../../dist/tfjs-backend/index.js';
import { OptimizedNetwork } from '../../dist/train/improved/optimized-network.js';
import { dense } from '../../dist/train/layers/layers.js';
import { normal, Parameters } from '../../dist/train/layers/parameters.js';
import { featureMatchingLoss } from '../../dist/train/techniques/feature-matching.js';
import { sourceLoss } from '../../dist/train/techniques/label-smoothing.js';
import { minibatchDiscrimination } from '../../dist/train/techniques/minibatch-discrimination.js';

const [SEEDS, STEPS] = [10, 3000];
const MODES = 8;
const RADIUS = 2;
const DEVIATION = 0.1;
/** A sample is good within so many deviations of a mode, and a mode is kept that has a share of good samples. */
const [GOOD, KEPT] = [3, 0.01];
const SAMPLES = 2000;
const [BATCH, LATENT, UNITS] = [100, 8, 64];
const RATE = 2e-3;

const run = promisify(execFile);
const SCRIPT = fileURLToPath(import.meta.url);

const VARIANTS = {
  'plain GAN': {},
  'feature matching': { featureMatching: true },
  'minibatch discrimination': { minibatch: { kernels: 8, dimensions: 3 } },
  'historical averaging': { historicalAveraging: 0.01 },
  'label smoothing': { realTarget: 0.9 },
};

const hidden = (parameters, name, x, activation) =>
  activation(dense(parameters, name, x, { units: UNITS, weight: normal(Math.sqrt(2 / x.shape[1])) }));

function generator(parameters, z) {
  const h = hidden(parameters, 'h2', hidden(parameters, 'h1', z, relu), relu);
  return dense(parameters, 'x', h, { units: 2, weight: normal(Math.sqrt(1 / UNITS)) });
}

function discriminator(parameters, x, minibatch, sets) {
  const active = (y) => leakyRelu(y, 0.2);
  const features = hidden(parameters, 'h2', hidden(parameters, 'h1', x, active), active);
  const seen = minibatch
    ? minibatchDiscrimination(parameters, 'minibatch', features, { ...minibatch, sets, pass: 'running' })
    : features;
  return {
    features,
    logits: dense(parameters, 'logit', seen, { units: 1, weight: normal(Math.sqrt(1 / UNITS)) }),
  };
}

/** Points of the ring, each mode as likely. [n, 2] */
function ring(count, draws) {
  const points = draws.normal(2 * count, 0, DEVIATION);
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * (draws.uint32() % MODES)) / MODES;
    points[2 * i] += RADIUS * Math.cos(angle);
    points[2 * i + 1] += RADIUS * Math.sin(angle);
  }
  return tensor2d(points, [count, 2]);
}

/** { modes, good }: modes kept of eight, and the share of samples near one. */
export async function trainOnRing(variant, seed, steps) {
  const { featureMatching = false, minibatch, historicalAveraging = 0, realTarget = 1 } = variant;
  const draws = new Xoshiro(seed);
  const [ofG, ofD] = [new Parameters(draws), new Parameters(draws)];
  const latents = (count) => randomNormal([count, LATENT], draws);
  const judge = (x, sets) => discriminator(ofD, x, minibatch, sets);
  tidy(() => judge(generator(ofG, latents(2)), [2]).logits);
  const options = { beta1: 0.5, adamEpsilon: 1e-8, historicalAveraging };
  const [networkG, networkD] = [
    new OptimizedNetwork('G', ofG, options),
    new OptimizedNetwork('D', ofD, options),
  ];
  const state = [...networkG.state.values(), ...networkD.state.values()];
  for (let step = 0; step < steps; step++) {
    tidy(() => {
      const rate = scalar(RATE);
      const real = ring(BATCH, draws);
      const fake = generator(ofG, latents(BATCH));
      const sets = [BATCH, BATCH];
      networkD.minimize(() => {
        const [onReal, onFake] = split(judge(concat([real, fake], 0), sets).logits, sets, 0);
        return add(sourceLoss(onReal, realTarget), sourceLoss(onFake, 0));
      }, rate);
      const z = latents(BATCH);
      const wanted = judge(real, [BATCH]).features;
      networkG.minimize(() => {
        const { features, logits } = judge(generator(ofG, z), [BATCH]);
        return featureMatching ? featureMatchingLoss(wanted, features, 'squared') : sourceLoss(logits, 1);
      }, rate);
    });
    await flush(state);
  }
  const samples = tidy(() => generator(ofG, latents(SAMPLES)));
  const found = countModes(await samples.data());
  samples.dispose();
  networkG.dispose();
  networkD.dispose();
  return found;
}

function countModes(points) {
  const near = new Float64Array(MODES);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = points.subarray(i, i + 2);
    const mode = (Math.round((Math.atan2(y, x) / (2 * Math.PI)) * MODES) + MODES) % MODES;
    const angle = (2 * Math.PI * mode) / MODES;
    const distance = Math.hypot(x - RADIUS * Math.cos(angle), y - RADIUS * Math.sin(angle));
    if (distance <= GOOD * DEVIATION) near[mode] += 2 / points.length;
  }
  return {
    modes: near.filter((share) => share >= KEPT).length,
    good: near.reduce((sum, each) => sum + each, 0),
  };
}

/** Every seed of a variant, in a process of its own: worker threads share the runtime badly. */
async function runApart(name, seeds, steps) {
  const { stdout } = await run(process.execPath, [SCRIPT, String(seeds), String(steps), name]);
  return JSON.parse(stdout);
}

async function runHere(name, seeds, steps) {
  const backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
  const start = performance.now();
  const runs = [];
  for (let seed = 1; seed <= seeds; seed++) runs.push(await trainOnRing(VARIANTS[name], seed, steps));
  const milliseconds = (performance.now() - start) / (seeds * steps);
  await backend.close();
  return { runs, milliseconds };
}

function lineOf(name, { runs, milliseconds }) {
  const mean = (key) => runs.reduce((sum, each) => sum + each[key], 0) / runs.length;
  const all = runs.map(({ modes }) => modes).join(' ');
  const good = `${(100 * mean('good')).toFixed(0)} % good`.padStart(11);
  return `${name.padEnd(26)} ${mean('modes').toFixed(1)} modes (${all}), ${good}, ${milliseconds.toFixed(1)} ms a step`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [seeds = SEEDS, steps = STEPS] = process.argv.slice(2, 4).map(Number);
  const [, , , , only] = process.argv;
  if (only) console.log(JSON.stringify(await runHere(only, seeds, steps)));
  else {
    console.log(
      `modes kept of ${MODES} and good samples after ${steps} steps of ${BATCH}, ${seeds} seeds; ring of radius ${RADIUS}, deviation ${DEVIATION}`,
    );
    const waiting = Object.keys(VARIANTS);
    const worker = async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) {
        console.log(lineOf(name, await runApart(name, seeds, steps)));
      }
    };
    await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  }
}
