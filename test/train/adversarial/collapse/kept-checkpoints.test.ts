import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptCheckpoints } from '../../../../src/train/adversarial/collapse/kept-checkpoints.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-kept-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function keep(kept: KeptCheckpoints, steps: readonly number[]) {
  for (const step of steps) {
    await kept.add(step);
    await writeFile(kept.pathOf(step), String(step));
  }
}

const stepsIn = async () =>
  (await readdir(folder)).map((name) => Number(name.slice(5, 13))).sort((a, b) => a - b);
const hundreds = (count: number) => Array.from({ length: count }, (_, i) => 100 * i);

describe('KeptCheckpoints', () => {
  it('keeps the latest three, the first, and ever fewer between them', async () => {
    const kept = new KeptCheckpoints(folder);
    await kept.open(-1);
    await keep(kept, hundreds(4));
    expect(await stepsIn()).toEqual([0, 100, 200, 300]);
    await keep(kept, hundreds(1000).slice(4));
    const steps = await stepsIn();
    expect(steps.slice(-3)).toEqual([99_700, 99_800, 99_900]);
    expect(steps[0]).toBe(0);
    expect(steps.length).toBeLessThanOrEqual(14);
    // From any step, what is lost beyond what must be is no more than what must be.
    for (const since of hundreds(1000).slice(1, -3)) {
      const to = kept.lastBefore(since) ?? Number.NaN;
      expect(since - to).toBeLessThanOrEqual(2 * (99_900 - since));
    }
  });

  it('finds the last one before a step, and none before the first', async () => {
    const kept = new KeptCheckpoints(folder);
    await kept.open(-1);
    await keep(kept, [100, 200]);
    expect([100, 101, 200, 500].map((step) => kept.lastBefore(step))).toEqual([undefined, 100, 100, 200]);
    // Before an earlier step, if there is one there.
    expect([200, 150, 100].map((farther) => kept.lastBefore(500, farther))).toEqual([100, 100, 100]);
    expect(kept.lastBefore(100, 50)).toBeUndefined();
  });

  it('drops what is after the step from which a run goes on, and leaves other files', async () => {
    await keep(new KeptCheckpoints(folder), hundreds(3));
    await writeFile(join(folder, 'notes.txt'), '');
    const kept = new KeptCheckpoints(folder);
    await kept.open(100);
    expect((await readdir(folder)).sort()).toEqual([
      ...['notes.txt', 'step-00000000.safetensors', 'step-00000100.safetensors'],
    ]);
    expect(kept.lastBefore(1000)).toBe(100);
  });
});
