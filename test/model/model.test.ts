import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runNode } from '../cli/run-program.js';

const HARNESS = fileURLToPath(new URL('./main.js', import.meta.url));

it.each(['cache', 'store', 'training'])(
  'the %s does as its model says, whatever happens to the disk',
  async (model) => {
    const { code, stdout, stderr } = await runNode([HARNESS, model, '--runs', '6', '--seed', '4']);
    expect(code, stdout + stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model, runs: 6, failed: false });
  },
);
