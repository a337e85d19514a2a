import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTemporaryName } from '../../../src/storage/leftovers.js';
import type { TrainingBackend } from '../../../src/train/backend/training-backend.js';
import { runTraining } from '../../../src/train/loop/run-training.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-taken-'));
});
afterEach(() => rm(folder, { recursive: true }));

const task = { steps: 2, state: new Map(), actions: [], step: async () => ({}) };
const backend: TrainingBackend = { name: 'none', flush: async () => undefined };

/** A run of two steps; `requirePlace` sees the names in the folder, to know what is being written. */
function train(requirePlace: (names: readonly string[]) => Promise<void>): Promise<unknown> {
  const checkpoint = { path: join(folder, 'mine'), everyMs: 1e9, identity: {}, resume: true };
  return runTraining(task, {
    backend,
    checkpoint,
    logPath: join(folder, 'log'),
    requirePlace: async () => requirePlace(await readdir(folder)),
  });
}

describe('a training that was paused as it wrote', () => {
  it('its checkpoint leaves the one of the run that took its place', async () => {
    const late = train(async (names) => {
      if (!names.includes('log') || !names.some(isTemporaryName)) return;
      await writeFile(join(folder, 'mine'), 'theirs');
      throw new Error('taken over');
    });
    await expect(late).rejects.toThrow('taken over');
    expect((await readdir(folder)).sort()).toEqual(['log', 'mine']);
    expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('theirs');
  });

  it('its log leaves that one too', async () => {
    const late = train(async (names) => {
      if (!names.some(isTemporaryName)) return;
      await writeFile(join(folder, 'log'), 'theirs');
      throw new Error('taken over');
    });
    await expect(late).rejects.toThrow('taken over');
    expect(await readdir(folder)).toEqual(['log']);
    expect(await readFile(join(folder, 'log'), 'utf8')).toBe('theirs');
  });
});
