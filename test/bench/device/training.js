// Milliseconds of a GAN's training step in tfjs on the onnx backend: training.js DEVICE perceptrons|dcgan|dcgan-plain.
import { registerGradients } from '../../../dist/tfjs-backend/gradients.js';
import { flush, useOnnxBackend } from '../../../dist/tfjs-backend/index.js';
import { dcgan, mlpGan, plainNorm } from '../gan-steps.js';
import { attempt, found } from './section.js';

const [device, model] = process.argv.slice(2);
const [WARM_UP, STEPS] = [3, 15];
const MODELS = {
  perceptrons: ['perceptron GAN, batch 100', mlpGan],
  dcgan: ['DCGAN 32×32, batch 64', dcgan],
  'dcgan-plain': ['DCGAN 32×32, batch 64, batch norm in single operators', () => dcgan(plainNorm)],
};

const [what, make] = MODELS[model];
const backend = await useOnnxBackend({ device });
await registerGradients();
await attempt(what, async () => {
  const { step, variables } = make();
  const times = [];
  let last;
  for (let i = 0; i < WARM_UP + STEPS; i++) {
    const start = performance.now();
    const loss = step();
    await flush([loss, ...variables]);
    times.push(performance.now() - start);
    [last] = await loss.data();
    loss.dispose();
  }
  const kept = times.slice(WARM_UP).toSorted((a, b) => a - b);
  found(`${what}, step`, kept[kept.length >> 1], 'ms');
  found(`${what}, first step`, times[0], 'ms');
  found(`${what}, last loss`, last);
  const { runs, planMs, runMs, compileMs } = backend.stats;
  found(`${what}, runner`, JSON.stringify({ runs, planMs, runMs, compileMs }));
});
await backend.close();
