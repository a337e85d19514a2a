import { expect, test } from 'vitest';
import { LineFollowers } from '../../src/watch/line-follower.js';

test('what an interruption ended is not told as failed, nor tried again', async () => {
  const interruption = new AbortController();
  const notes: string[] = [];
  let updates = 0;
  const follower = {
    name: 'MLflow',
    take: () => undefined,
    update: async () => {
      updates++;
      if (updates === 1) throw new Error('it is away');
      interruption.abort();
      interruption.signal.throwIfAborted();
    },
  };
  const followers = new LineFollowers([follower], (note) => notes.push(note), interruption.signal);
  await followers.update();
  await expect(followers.update()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  await followers.close();
  expect(updates).toBe(2);
  expect(notes).toEqual(['MLflow could not be written, and is tried again at the next set: it is away.']);
});
