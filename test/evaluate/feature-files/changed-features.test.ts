import { closeSync, copyFileSync, openSync, statSync, utimesSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImagesError } from '../../../src/core/errors.js';
import { score } from '../../../src/evaluate/score.js';

const REFERENCE = join(import.meta.dirname, '../../../fixtures/features/reference.npy');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-changed-features-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Changes the last value of a file in place and restores its times. */
function rewrite(path: string): void {
  const { atimeMs, mtimeMs, size } = statSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Uint8Array.of(0x55), 0, 1, size - 3);
  closeSync(file);
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
}

/** Scores features that are rewritten when a step begins. */
function scoreChanging(step: string) {
  const samples = join(folder, 'samples.npy');
  copyFileSync(REFERENCE, samples);
  let isChanged = false;
  const onProgress = ({ label }: { label: string }) => {
    if (isChanged || label !== step) return;
    rewrite(samples);
    isChanged = true;
  };
  const input = { samples, reference: REFERENCE, features: true, threads: 1, metrics: ['fid', 'kid'] };
  return score(input, { onProgress });
}

describe('features that are written while they are scored', () => {
  test.each([
    [
      'between their digest and their metrics',
      'Reading reference',
      /samples\.npy" changed while it was being read \(row \d+\)/,
    ],
    ['between two readings of the file', 'Reading samples', /samples\.npy" changed while it was being read:/],
  ])('%s are an error, whatever their size and time say', async (_, step, sentence) => {
    const scoring = scoreChanging(step);
    await expect(scoring).rejects.toThrow(ImagesError);
    await expect(scoring).rejects.toThrow(sentence);
  });
});
