import { expect, test } from 'vitest';
import { withRun } from '../../src/evaluate/open-run.js';
import { FIXTURE } from './pictures.js';

test('what several networks of a run note alike, as of their device, comes once', async () => {
  const notes: string[] = [];
  const onNote = (note: string) => notes.push(note);
  await withRun({ samples: FIXTURE, metrics: ['is'], cache: false }, { onNote }, async ({ hooks }) => {
    for (const note of ['slow', 'other', 'slow']) hooks.onNote?.(note);
  });
  expect(notes).toEqual(['slow', 'other']);
});
