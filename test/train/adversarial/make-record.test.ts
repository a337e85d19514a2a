import { describe, expect, it } from 'vitest';
import { curvesOf } from '../../../src/train/adversarial/make-record.js';

describe('curvesOf', () => {
  it('names losses in words, and tells shares from losses', () => {
    const line = { step: 20, kind: 'losses', lossD: 1.5, lossClassReal: 2, accuracyReal: 0.25 };
    expect(curvesOf([line, { ...line, step: 40, lossD: 1 }])).toEqual([
      {
        name: 'lossD',
        title: 'loss D',
        kind: 'loss',
        points: [
          { step: 20, value: 1.5 },
          { step: 40, value: 1 },
        ],
      },
      expect.objectContaining({ title: 'loss class real' }),
      expect.objectContaining({ title: 'accuracy real', unit: 'fraction' }),
    ]);
  });
});
