import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import { captureOutput, type Output } from './capture-output.js';

const library = vi.hoisted(() => ({ inpaint: vi.fn() }));
vi.mock('../../src/train/inpaint.js', () => library);

const estimate = (value: number, se = 0.001) => ({
  ...{ value, se, n: 100 },
  interval: { level: 0.95, low: value - 2 * se, high: value + 2 * se },
});
const RESULT = {
  ...{ generator: { run: 'runs/x' }, pictures: { source: 'mnist:test', n: 100 }, mask: 'halves' },
  ...{ predicted: 0.5, completions: 5, mse: estimate(0.05), baseline: estimate(0.07) },
  difference: estimate(-0.02),
};

let output: Output;
beforeEach(() => {
  output = captureOutput();
  library.inpaint.mockResolvedValue(RESULT);
});
afterEach(() => {
  vi.restoreAllMocks();
  library.inpaint.mockReset();
});

it('passes every option', async () => {
  const values = {
    ...{ mask: 'halves', box: '1,2,3,4', count: 5, completions: 6, class: 'cat', 'data-dir': 'd' },
    ...{ 'cache-dir': 'e', device: 'cpu', backend: 'onnx', seed: 4, threads: 1 },
  };
  const flags = Object.entries(values).map(([flag, value]) => `--${flag}=${value}`);
  expect(await run(['inpaint', 'r', 'a', '-o', 'o', ...flags])).toBe(0);
  expect(library.inpaint.mock.calls[0].slice(0, 2)).toEqual([
    'r',
    {
      ...{ pictures: 'a', out: 'o', mask: 'halves', box: { x: 1, y: 2, width: 3, height: 4 }, count: 5 },
      ...{ completions: 6, className: 'cat', dataDir: 'd', cacheDir: 'e', device: 'cpu', backend: 'onnx' },
      ...{ seed: 4, threads: 1 },
    },
  ]);
});

it('prints the error, the baseline and their difference, or JSON', async () => {
  expect(await run(['inpaint', 'r', 'a', '-o', 'o'])).toBe(0);
  expect(output.stdout).toContain(
    '100 pictures of mnist:test, of which the generator of runs/x predicts 50.0 %',
  );
  expect(output.stdout).toContain(
    'picture by picture                            -0.0200 (95 %: -0.0220 to -0.0180)',
  );
  output.stdout = '';
  expect(await run(['inpaint', 'r', 'a', '-o', 'o', '--json'])).toBe(0);
  expect(JSON.parse(output.stdout).predicted).toBe(0.5);
});

it('prints small numbers with their power of ten', async () => {
  library.inpaint.mockResolvedValue({ ...RESULT, difference: estimate(9.9e-6, 7.2e-6) });
  expect(await run(['inpaint', 'r', 'a', '-o', 'o'])).toBe(0);
  expect(output.stdout).toMatch(/picture by picture +9\.9e-6 \(95 %: -4\.5e-6 to 24\.3e-6\)/);
});

it('refuses a box that is none', async () => {
  expect(await run(['inpaint', 'r', 'a', '-o', 'o', '--box', '1,2,3'])).toBe(2);
  expect(output.stderr).toContain('--box cannot be "1,2,3": it takes four whole numbers, x,y,width,height');
});
