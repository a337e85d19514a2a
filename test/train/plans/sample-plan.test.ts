import { expect, it } from 'vitest';
import type { AskedFiles } from '../../../src/train/conditions/condition-files.js';
import { samplePlan } from '../../../src/train/sample-plan.js';

it.each<[flag: string, conditions: AskedFiles]>([
  ['attributes', { attributes: 'a.csv' }],
  ['texts', { texts: 'a.csv', textTower: 'tower' }],
  ['text', { embeddings: undefined, text: 'a bird', textTower: 'tower' }],
  ['text-tower', { textTower: 'tower' }],
])('refuses --%s, which no generator of a plan would heed', async (flag, conditions) => {
  await expect(samplePlan('runs/plan', { out: 'never', count: 1, conditions }, {})).rejects.toThrow(
    `The generators of the plan runs/plan take classes alone: leave --${flag} out.`,
  );
});
