import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode } from '../cli/run-program.js';

const HARNESS = fileURLToPath(new URL('./main.js', import.meta.url));

interface Figures {
  readonly rounds: number;
  readonly kills: number;
  readonly refusals: number;
  readonly tolerated: number;
}

/** Runs the harness, which fails if a run is not made good, and says why. */
async function prove(scenario: string, times: number, ...args: string[]): Promise<Figures> {
  const { code, stdout, stderr } = await runNode([
    ...[HARNESS, scenario, '--times', String(times), '--seed', '20', ...args],
  ]);
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe('a run that is killed and run again ends as if it had not been', () => {
  it.each([
    ['score', 2],
    ['merge', 1],
    ['gan', 1],
    ['import', 2],
    ['pull', 2],
    ['watch', 1],
  ])('%s', async (scenario, times) => {
    expect((await prove(scenario, times)).kills).toBeGreaterThanOrEqual(times);
  });
});

describe('a bad disk ends a run in one sentence, and the next run makes it good', () => {
  it.each([
    ['gan', 2],
    ['import', 3],
  ])('%s', async (scenario, times) => {
    const { rounds, refusals, tolerated } = await prove(scenario, times, '--disk');
    expect(rounds).toBe(times);
    expect(refusals + tolerated).toBe(times);
  });
});
