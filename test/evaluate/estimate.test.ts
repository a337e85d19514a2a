import { describe, expect, test } from 'vitest';
import { estimateNote, type ScorePlan } from '../../src/evaluate/estimate.js';

const plan: ScorePlan = {
  passes: [{ subject: 'samples', network: 'net', resolution: 'full', pictures: 50_000, cached: 2000 }],
  metrics: ['is'],
  resolutions: [],
  device: 'cpu',
  picturesPerSecond: 20,
  estimatedSeconds: 2400,
};

describe('the note before a long run', () => {
  test('says what is left, and how long it takes', () => {
    expect(estimateNote(plan)).toBe(
      'About 40 minutes: 48,000 pictures to run in 1 pass, at 20.0 a second on cpu. It can be stopped: run again, it continues from there.',
    );
  });

  test('is not said before a run of a minute or less, or one that the cache answers', () => {
    expect(estimateNote({ ...plan, estimatedSeconds: 59 })).toBeUndefined();
    expect(estimateNote({ ...plan, picturesPerSecond: null, estimatedSeconds: 0 })).toBeUndefined();
  });
});
