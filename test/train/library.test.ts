import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode } from '../cli/run-program.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the built package exports under a path, as its users import it. */
async function exportsOf(path: string): Promise<string[]> {
  const script = `import * as all from ${JSON.stringify(path)}; process.stdout.write(Object.keys(all).join());`;
  const { code, stdout, stderr } = await runNode(['--input-type=module', '-e', script], { cwd: ROOT });
  expect(`${code} ${stderr}`).toBe('0 ');
  return stdout.split(',');
}

describe('the package', () => {
  it('offers training and the tfjs backend under paths of their own', async () => {
    expect(await exportsOf('ganeval/train')).toEqual([
      'Adam',
      'HistoricalAverage',
      'Momentum',
      'Nesterov',
      'Parameters',
      'SIGMOID_SCALE',
      'TANH_SCALE',
      'WeightAverage',
      'Xoshiro',
      'batchNorm',
      'chooseBackend',
      'classAccuracy',
      'classLoss',
      'classify',
      'computeGradients',
      'convolution',
      'dense',
      'everySteps',
      'fakeLoss',
      'featureMatchingLoss',
      'inpaint',
      'invert',
      'labeledLoss',
      'makeFamily',
      'maxout',
      'maxoutConvolution',
      'minibatchDiscrimination',
      'normal',
      'oneHotLabels',
      'ones',
      'prefixNames',
      'realLoss',
      'runTraining',
      'sample',
      'sourceLogits',
      'sourceLoss',
      'toNetworkScale',
      'toPixelScale',
      'trainClassifier',
      'trainGan',
      'transposedConvolution',
      'uniform',
      'virtualBatchNorm',
      'weightNormConvolution',
      'weightNormDense',
      'weightNormTransposedConvolution',
      'zeros',
    ]);
    const backend = await exportsOf('ganeval/tfjs-backend');
    for (const name of ['useOnnxBackend', 'flush', 'Xoshiro']) expect(backend).toContain(name);
  });

  it('loads no tfjs for the rest', async () => {
    const names = await exportsOf('ganeval');
    expect(names).toContain('score');
    expect(names).not.toContain('trainGan');
  });
});
