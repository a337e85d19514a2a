import { describe, expect, it } from 'vitest';
import { suggest } from '../../../src/cli/options/suggest.js';

describe('a suggestion', () => {
  const words = ['score', 'stats', 'batch-size', 'seed'];

  it.each([
    ['scor', 'score'],
    ['socre', 'score'],
    ['batchsize', 'batch-size'],
    ['sede', 'seed'],
    ['score', 'score'],
    ['SCORE', 'score'],
    ['Batch_Size', 'batch-size'],
  ])('for %s is %s', (typed, meant) => {
    expect(suggest(typed, words)).toBe(meant);
  });

  it('is not made for a word that is like none', () => {
    expect(suggest('frobnicate', words)).toBeUndefined();
    expect(suggest('x', words)).toBeUndefined();
    expect(suggest('score', [])).toBeUndefined();
  });
});
