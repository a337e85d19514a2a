import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import type { ParzenResult } from '../../src/parzen/estimate.js';
import { captureOutput, type Output } from './capture-output.js';

const library = vi.hoisted(() => ({ estimateParzen: vi.fn() }));
vi.mock('../../src/parzen/estimate.js', () => library);

const RESULT: ParzenResult = {
  schema: 'ganeval/parzen@1',
  samples: { source: 'made', count: 10_000, available: 50_000 },
  form: { width: 28, height: 28, channels: 1, dimensions: 784 },
  sigma: 0.21544,
  validation: {
    source: 'mnist:train:50000:60000',
    curve: [
      { sigma: 0.1, value: -1432.6, se: 12.3, n: 10_000 },
      { sigma: 0.21544, value: 226.43, se: 1.93, n: 10_000 },
    ],
  },
  test: { source: 'mnist:test', value: 225.12, se: 2.04, n: 10_000 },
  warnings: ['sigma is the largest that was tried: the best may lie beyond it'],
};

let output: Output;

beforeEach(() => {
  output = captureOutput();
  library.estimateParzen.mockResolvedValue(RESULT);
});

afterEach(() => {
  vi.restoreAllMocks();
  library.estimateParzen.mockReset();
});

it('passes every option', async () => {
  const flags = ['--test', 'b', '--sigma', '0.2', '--cross-val', '5', '--num-samples', '100'];
  const more = [
    '--validation',
    'c',
    '--data-dir',
    'd',
    '--cache-dir',
    'e',
    '--device',
    'cpu',
    '--threads',
    '1',
  ];
  expect(await run(['parzen', 'a', ...flags, ...more])).toBe(0);
  expect(library.estimateParzen.mock.calls[0][0]).toEqual({
    ...{ samples: 'a', test: 'b', validation: 'c', sigma: 0.2, crossVal: 5, numSamples: 100 },
    ...{ dataDir: 'd', cacheDir: 'e', device: 'cpu', threads: 1 },
  });
});

it('prints the curve, the figure with its error, and warnings', async () => {
  expect(await run(['parzen', 'a', '--validation', 'c', '--test', 'b'])).toBe(0);
  expect(output.stdout).toContain('10,000 of 50,000 samples of made (28×28 gray, 784 numbers over [0, 1])');
  expect(output.stdout).toMatch(/0\.1000 +-1433 +12\n/);
  expect(output.stdout).toMatch(/0\.2154 +226\.4 +1\.9 +best\n/);
  expect(output.stdout).toContain('Log-likelihood of mnist:test: 225.1 ± 2.0 nats');
  expect(output.stdout).toContain('Note: sigma is the largest that was tried');
});

it('prints JSON', async () => {
  expect(await run(['parzen', 'a', '--validation', 'c', '--test', 'b', '--json'])).toBe(0);
  expect(JSON.parse(output.stdout)).toEqual(RESULT);
});

it.each([
  ['--sigma', '0', 'a number above 0'],
  ['--cross-val', '1', 'a whole number of at least 2'],
  ['--num-samples', '2.5', 'a whole number of at least 1'],
])('refuses %s %s', async (flag, value, takes) => {
  expect(await run(['parzen', 'a', '--test', 'b', flag, value])).toBe(2);
  expect(output.stderr).toContain(takes);
  expect(library.estimateParzen).not.toHaveBeenCalled();
});
