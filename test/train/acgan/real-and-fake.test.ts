import '@tensorflow/tfjs-backend-cpu';
import { add, fill, setBackend, type Tensor4D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { randomNormal } from '../../../src/tfjs-backend/random-tensors.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { family } from '../../../src/train/acgan/family.js';
import { chooseForm, discriminator } from '../../../src/train/acgan/networks.js';
import { outputsOf, showTogether } from '../../../src/train/acgan/real-and-fake.js';
import { Parameters } from '../../../src/train/layers/parameters.js';

beforeAll(() => setBackend('cpu'));

const form = chooseForm(family.settings.parse({ width: 0.05 }), {
  size: 8,
  channels: 3,
  classNames: ['dark', 'bright'],
});
const parameters = new Parameters(new Xoshiro(1));
const judge = (x: Tensor4D, noise = (a: Tensor4D) => a) =>
  discriminator(parameters, form, x, { mode: 'training', noise });
const noise = (activations: Tensor4D) => activations;

function judgeTogether(real: Tensor4D, fake: Tensor4D) {
  const { pictures, ...call } = showTogether({ pictures: real, noise }, { pictures: fake, noise });
  return outputsOf(discriminator(parameters, form, pictures, { mode: 'training', ...call }));
}

it('sees the same pictures as it would see them alone', () => {
  tidy(() => {
    const x = randomNormal([6, 8, 8, 3], new Xoshiro(2)) as Tensor4D;
    const { onReal, onFake } = judgeTogether(x, x);
    const alone = judge(x).classes.dataSync();
    for (const values of [onReal.classes.dataSync(), onFake.classes.dataSync()]) {
      expect(Math.max(...values.map((value, i) => Math.abs(value - alone[i])))).toBeLessThan(1e-5);
    }
  });
});

it('normalizes both by what they have together, so that one kind can be told from the other by a shift', () => {
  tidy(() => {
    const x = randomNormal([6, 8, 8, 3], new Xoshiro(2)) as Tensor4D;
    const shifted = add<Tensor4D>(x, fill([1, 1, 1, 3], 3));
    const sourceOfReal = (fake: Tensor4D) => judgeTogether(x, fake).onReal.source.dataSync();
    expect(sourceOfReal(shifted)).not.toEqual(sourceOfReal(x));
  });
});

it('keeps the noise of each half', () => {
  tidy(() => {
    const x = randomNormal([2, 8, 8, 3], new Xoshiro(2)) as Tensor4D;
    const louder = (activations: Tensor4D) => add<Tensor4D>(activations, 1);
    const { noise: both } = showTogether({ pictures: x, noise }, { pictures: x, noise: louder });
    const values = both(fill([4, 1, 1, 1], 0), 0).dataSync();
    expect([...values]).toEqual([0, 0, 1, 1]);
  });
});

it('gives each half the features of its own pictures', () => {
  tidy(() => {
    const x = randomNormal([2, 8, 8, 3], new Xoshiro(2)) as Tensor4D;
    const shown = (...numbers: number[]) => ({ pictures: x, noise, features: tensor2d(numbers, [2, 1]) });
    expect([...(showTogether(shown(1, 2), shown(3, 4)).features?.dataSync() ?? [])]).toEqual([1, 2, 3, 4]);
  });
});
