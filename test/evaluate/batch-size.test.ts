import { describe, expect, it } from 'vitest';
import { defaultBatchSize } from '../../src/evaluate/batch-size.js';

describe('the batch size where the user says none', () => {
  it.each([
    [1, 64],
    [32, 64],
    [299, 8],
    [10_000, 1],
  ])('is for an input of %i pixels a side %i', (side, pictures) => {
    expect(defaultBatchSize(side)).toBe(pictures);
  });
});
