import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  avgPool,
  conv2d,
  mul,
  neg,
  ones,
  sum,
  type Tensor4D,
  tensor1d,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { registerGradients } from '../../src/tfjs-backend/gradients.js';

it('the gradients of the bundle work on the tensors and the engine of tfjs-core', async () => {
  await registerGradients();
  const x = variable(tensor1d([1, 2, 3]));
  const filter = variable(ones([3, 3, 2, 4]) as Tensor4D);
  const { value, grads } = variableGrads(() => {
    const maps = conv2d(ones([1, 5, 5, 2]) as Tensor4D, filter as Tensor4D, 2, 1);
    return add(neg(sum(mul(x, x))), sum(avgPool(maps, 3, 2, 1)));
  });
  expect((await value.data()).length).toBe(1);
  expect([...(await grads[x.name].data())]).toEqual([-2, -4, -6]);
  expect(grads[filter.name].shape).toEqual([3, 3, 2, 4]);
});
