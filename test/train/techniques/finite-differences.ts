import { add, mul, type Scalar, type Tensor, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { numbers } from '../../tfjs-backend/against-cpu.js';

/** Half the distance of the two points that a difference is taken between. */
const STEP = 5e-3;

/** The gradient of a loss along uneven directions must be the slope between two points on either side. */
export async function expectSlopes(loss: () => Scalar, variables: readonly Variable[]): Promise<void> {
  const { grads } = variableGrads(loss, [...variables]);
  for (const [i, variable] of variables.entries()) {
    const direction = numbers(variable.shape, 10 + i);
    const before = variable.clone();
    const at = async (by: number) => {
      variable.assign(add(before, mul(direction, by)));
      return (await loss().data())[0];
    };
    const difference = ((await at(STEP)) - (await at(-STEP))) / (2 * STEP);
    variable.assign(before);
    const slope = await dot(grads[variable.name], direction);
    expect(Math.abs(slope - difference), `variable ${i}: ${slope} against ${difference}`).toBeLessThan(
      3e-3 * Math.max(0.1, Math.abs(difference)),
    );
    expect(slope).not.toBe(0);
  }
}

async function dot(a: Tensor, b: Tensor): Promise<number> {
  const [x, y] = [Float32Array.from(await a.data()), Float32Array.from(await b.data())];
  return x.reduce((sum, each, i) => sum + each * y[i], 0);
}
