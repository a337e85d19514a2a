import { expect, it } from 'vitest';
import { readEnvironment } from '../../../src/cli/options/sources.js';

it('a variable names several networks between commas, as --model does several times', () => {
  const modelOf = (text: string) => readEnvironment({ GANEVAL_MODEL: text }).model;
  expect(modelOf('inception-mnist, inception-cifar10@openai')).toEqual([
    'inception-mnist',
    'inception-cifar10@openai',
  ]);
  expect(modelOf('inception-mnist')).toBe('inception-mnist');
  // An option that is given once takes the text as it is.
  expect(readEnvironment({ GANEVAL_CLASSIFIER: 'a,b.onnx' }).classifier).toBe('a,b.onnx');
});
