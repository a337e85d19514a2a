import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  memory,
  mul,
  type Scalar,
  setBackend,
  square,
  sub,
  sum,
  tensor1d,
  tidy,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { HistoricalAverage } from '../../../src/train/techniques/historical-averaging.js';

beforeAll(async () => {
  await registerGradients();
  await setBackend('cpu');
});

const PAST = [
  [3, -1],
  [0, 5],
  [6, 2],
];

describe('HistoricalAverage', () => {
  it('is the mean of the parameters after t steps', async () => {
    const before = memory().numTensors;
    const w = tidy(() => variable(tensor1d([0, 0])));
    const history = new HistoricalAverage(new Map([['w', w]]));
    const totals = [0, 0];
    for (const [step, values] of PAST.entries()) {
      tidy(() => w.assign(tensor1d(values)));
      history.update();
      const found = await history.state.get('w.average')!.data();
      for (const i of [0, 1]) {
        totals[i] += values[i];
        expect(found[i]).toBeCloseTo(totals[i] / (step + 1), 6);
      }
    }
    history.dispose();
    w.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('adds the gradient of λ·‖θ − average‖²', async () => {
    const w = tidy(() => variable(tensor1d([0, 0])));
    const history = new HistoricalAverage(new Map([['w', w]]));
    for (const values of PAST) {
      tidy(() => w.assign(tensor1d(values)));
      history.update();
    }
    const average = tensor1d([3, 2]);
    const cost = (): Scalar => sum(square(w));
    const whole = () => add<Scalar>(cost(), mul(sum(square(sub(w, average))), 0.25));
    const expected = await variableGrads(whole).grads[w.name].data();
    const found = await history.penalize(variableGrads(cost).grads, 0.25)[w.name].data();
    expect(Array.from(expected)).toEqual([13.5, 4]);
    for (const i of [0, 1]) expect(found[i]).toBeCloseTo(expected[i], 5);
  });
});
