// What virtual batch normalization and historical averaging cost: milliseconds of a training step with and without, in one run.
import { pathToFileURL } from 'node:url';
import { dispose } from '@tensorflow/tfjs-core';
import { flush, useOnnxBackend, Xoshiro } from '../../dist/tfjs-backend/index.js';
import { family } from '../../dist/train/improved/family.js';

const [WARM_UP, STEPS] = [2, 12];
const CLASSES = Array.from({ length: 10 }, (_, i) => String(i));

const SIZES = {
  'MNIST, perceptrons, batch 100': { preset: 'mnist-semi', changes: {} },
  'CIFAR-10, convolutions at half width, batch 20': {
    preset: 'cifar10-semi',
    changes: { width: 0.5, batchSize: 20 },
  },
};

const VARIANTS = {
  'batch norm': {},
  'virtual batch norm': { normalization: 'virtual' },
  'historical averaging': { historicalAveraging: 0.1 },
};

function prepare({ preset, changes }, variant) {
  const { settings, size, channels } = family.presets[preset];
  const labels = Int32Array.from({ length: 1000 }, (_, i) => i % 10);
  const form = { size, channels, classNames: CLASSES };
  const trainer = family.create({ ...settings, ...changes, ...variant }, form, 1, labels);
  const pixels = Uint8Array.from(
    new Xoshiro(1).uniform(trainer.batchSpecs.unlabeled.size * size * size * channels, 0, 256),
  );
  const batch = { pixels, labels: labels.subarray(0, trainer.batchSpecs.unlabeled.size) };
  const batches = Object.fromEntries(Object.keys(trainer.batchSpecs).map((name) => [name, batch]));
  let done = 0;
  return {
    trainer,
    async step() {
      const place = { step: done, steps: 1000, stepsPerEpoch: 100 };
      const losses = Object.values(trainer.step(batches, new Xoshiro(done++), place));
      await flush([...trainer.state.values(), ...losses]);
      dispose(losses);
    },
  };
}

/** { name: { variant: milliseconds } }: the quickest of some steps, which the variants take in turn. */
export async function benchTechniques(steps = STEPS) {
  const results = {};
  for (const [name, size] of Object.entries(SIZES)) {
    const backend = await useOnnxBackend({ device: 'cpu', threads: 2 });
    const prepared = Object.entries(VARIANTS).map(([variant, changes]) => ({
      variant,
      ...prepare(size, changes),
    }));
    const least = {};
    for (let round = 0; round < WARM_UP + steps; round++) {
      for (const { variant, step } of prepared) {
        const start = performance.now();
        await step();
        if (round < WARM_UP) continue;
        least[variant] = Math.min(least[variant] ?? Number.POSITIVE_INFINITY, performance.now() - start);
      }
    }
    for (const { trainer } of prepared) trainer.dispose();
    await backend.close();
    results[name] = least;
  }
  return results;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, least] of Object.entries(await benchTechniques(Number(process.argv[2] ?? STEPS)))) {
    const base = least['batch norm'];
    for (const [variant, milliseconds] of Object.entries(least)) {
      console.log(
        `${name}: ${variant} ${milliseconds.toFixed(0)} ms a step, ${(milliseconds / base).toFixed(2)} times batch norm's`,
      );
    }
  }
}
