import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runNode } from '../cli/run-program.js';

const HARNESS = fileURLToPath(new URL('./main.js', import.meta.url));

it('the fuzzer reads its seeds and finds nothing in a moment', async () => {
  const out = await mkdtemp(join(tmpdir(), 'ganeval-fuzz-'));
  const args = ['netpbm', 'pickle', '--fixtures', '--minutes', '0.1', '--seed', '1', '--out', out];
  const { code, stdout, stderr } = await runNode([HARNESS, ...args]);
  await rm(out, { recursive: true });
  expect(code, stdout + stderr).toBe(0);
  const figures = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(figures.map(({ target }) => target)).toEqual(['netpbm', 'pickle']);
  for (const { execs, seeds, outcomes } of figures) {
    expect(execs).toBeGreaterThan(seeds);
    expect(outcomes.accepted).toBeGreaterThan(0);
  }
});
