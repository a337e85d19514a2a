import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { flush, useOnnxBackend } from '../../../src/tfjs-backend/index.js';
import { attributeLoss, boxLoss, embeddingLoss } from '../../../src/train/acgan/auxiliary-losses.js';
import { makeToy, TOY_FORM, toyBatch, train } from './toy.js';

beforeAll(registerGradients);
beforeEach(async () => {
  await setBackend('cpu');
});

const FORM = { ...TOY_FORM, conditions: { attributes: ['bright', 'never'] } };

it('loses the sigmoid cross-entropy of attributes, as the mean over pictures and attributes', () => {
  const logits = tensor2d([
    [Math.log(3), 0],
    [-Math.log(3), 60],
  ]);
  const targets = tensor2d([
    [1, 0],
    [1, 1],
  ]);
  // P(attribute) is 3/4, 1/2, 1/4 and 1.
  const expected = (-Math.log(3 / 4) - Math.log(1 / 2) - Math.log(1 / 4)) / 4;
  expect(attributeLoss(logits, targets).dataSync()[0]).toBeCloseTo(expected, 5);
});

it('loses the smooth L1 distance of boxes, as the sum over their four numbers', () => {
  // The sigmoid of 0 is 1/2: off by 0, .05, .1 and .3, so 0, .05²/.2, .1²/.2 and .3 − .05.
  const seen = tensor2d([[0, 0, 0, 0]]);
  const loss = boxLoss(seen, tensor2d([[0.5, 0.45, 0.6, 0.8]])).dataSync()[0];
  expect(loss).toBeCloseTo(0.0125 + 0.05 + 0.25, 5);
});

it('loses 1 less the cosine similarity of embeddings', () => {
  const seen = tensor2d([
    [3, 4],
    [0, -2],
  ]);
  const targets = tensor2d([
    [0.6, 0.8],
    [0, 1],
  ]);
  expect(embeddingLoss(seen, targets).dataSync()[0]).toBeCloseTo((0 + 2) / 2, 5);
});

describe('a GAN with boxes and embeddings', () => {
  const conditions = { boxes: true as const, embeddings: 3 };
  const form = { ...TOY_FORM, classNames: [], conditions };

  it('gives masks to both networks, and the box to no head', async () => {
    const trainer = makeToy({}, form);
    const [shown] = await train(trainer, 1);
    expect(Object.keys(shown)).toEqual([
      'lossSource',
      ...['lossBoxesReal', 'lossBoxesFake', 'lossEmbeddingsReal', 'lossEmbeddingsFake'],
      'lossG',
    ]);
    // Maps of 19 and a mask; the source's part of 26 maps in the box.
    expect(trainer.state.get('generator/up1.weight')?.shape[3]).toBe(20);
    expect(trainer.state.get('discriminator/verdict.box.weight')?.shape).toEqual([26, 1]);
    const seen = await trainer.seeConditions?.(toyBatch(0, form).pixels);
    const [x, , , , a, b, c] = seen ?? [];
    expect([x > 0 && x < 1, Math.hypot(a, b, c)]).toEqual([true, expect.closeTo(1, 3)]);
    trainer.dispose();
  });

  it('does the same step on ONNX Runtime', async () => {
    const eager = makeToy({}, form);
    const [expected] = await train(eager, 1);
    eager.dispose();
    const backend = await useOnnxBackend({ threads: 1 });
    const lazy = makeToy({}, form);
    const [shown] = await train(lazy, 1, 0, flush);
    for (const [name, value] of Object.entries(shown)) expect(value).toBeCloseTo(expected[name], 3);
    lazy.dispose();
    await backend.close();
  });
});

describe('a GAN with attributes', () => {
  it('learns them beside classes, and sees them in pictures', async () => {
    const trainer = makeToy({ discriminatorRate: 3e-3, dropout: 0 }, FORM);
    const shown = await train(trainer, 8);
    expect(Object.keys(shown[0])).toEqual([
      'lossSource',
      ...['lossClassReal', 'lossClassFake', 'lossAttributesReal', 'lossAttributesFake'],
      ...['accuracyReal', 'accuracyFake', 'accuracyAttributesReal', 'accuracyAttributesFake'],
      'lossG',
    ]);
    expect(shown[7].lossAttributesReal).toBeLessThan(0.9 * shown[0].lossAttributesReal);
    expect(shown[7].accuracyAttributesReal).toBeGreaterThan(0.9);
    expect(await trainer.seeConditions?.(toyBatch(3, FORM).pixels)).toHaveLength(16);
    const { numTensors } = memory();
    await train(trainer, 1, 8);
    expect(memory().numTensors).toBe(numTensors);
    trainer.dispose();
  });

  it('needs no classes', async () => {
    const trainer = makeToy({}, { ...FORM, classNames: [] });
    const [shown] = await train(trainer, 1);
    expect(shown).not.toHaveProperty('lossClassReal');
    expect(trainer.conditional).toBe(false);
    const z = new Float32Array(4);
    const picture = (...conditions: number[]) =>
      trainer.generate({ z, conditions: Float32Array.from(conditions) }).dataSync();
    expect(picture(1, 0)).not.toEqual(picture(0, 0));
    expect(() => trainer.generate({ z })).toThrow(RangeError);
    trainer.dispose();
  });

  it('does the same step on ONNX Runtime', async () => {
    const eager = makeToy({}, FORM);
    const [expected] = await train(eager, 1);
    eager.dispose();
    const backend = await useOnnxBackend({ threads: 1 });
    const lazy = makeToy({}, FORM);
    const [shown] = await train(lazy, 1, 0, flush);
    expect(backend.stats.runs).toBe(1);
    for (const [name, value] of Object.entries(shown)) expect(value).toBeCloseTo(expected[name], 3);
    lazy.dispose();
    await backend.close();
  });
});
