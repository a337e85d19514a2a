import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import type { Inversion } from '../../src/documents/trained/inversion.js';
import { captureOutput, type Output } from './capture-output.js';

const library = vi.hoisted(() => ({ invert: vi.fn() }));
vi.mock('../../src/train/invert.js', () => library);

const estimate = (value: number, se: number) => ({
  value,
  se,
  n: 100,
  interval: { level: 0.95, low: value - 2 * se, high: value + 2 * se },
});
const errors = { mse: estimate(0.04, 0.002), psnr: estimate(14, 0.2) };
const set = (role: 'pictures' | 'training') =>
  ({
    ...{ role, source: role === 'pictures' ? 'mnist:test' : 'mnist:train', available: 10_000, n: 100 },
    ...{
      isTrainingSet: false,
      classesFrom: 'none',
      network: errors,
      optimization: errors,
      bestFromNetwork: 0.5,
    },
  }) as const;
const gap = { ...estimate(0.01, 0.004), n: undefined };
const RESULT = {
  generator: { run: 'runs/x', step: 9000 },
  sets: [set('pictures'), set('training')],
  gap: { network: gap, optimization: gap },
  warnings: ['A sentence.'],
} as unknown as Inversion;

let output: Output;
beforeEach(() => {
  output = captureOutput();
  library.invert.mockResolvedValue(RESULT);
});
afterEach(() => {
  vi.restoreAllMocks();
  library.invert.mockReset();
});

it('passes every option', async () => {
  const numbers = {
    ...{ count: 5, 'network-steps': 6, 'batch-size': 7, 'network-rate': 0.1, units: 8 },
    ...{ steps: 9, rate: 0.2, starts: 3, seed: 4, threads: 1, 'checkpoint-minutes': 2 },
  };
  const texts = {
    training: 'b',
    class: 'cat',
    'data-dir': 'd',
    'cache-dir': 'e',
    device: 'cpu',
    backend: 'onnx',
  };
  const flags = Object.entries({ ...numbers, ...texts }).map(([flag, value]) => `--${flag}=${value}`);
  expect(await run(['invert', 'r', 'a', '-o', 'o', ...flags, '--resume', '--infer-classes'])).toBe(0);
  expect(library.invert.mock.calls[0].slice(0, 2)).toEqual([
    'r',
    {
      ...{ pictures: 'a', out: 'o', training: 'b', className: 'cat', inferClasses: true, resume: true },
      ...{ count: 5, networkSteps: 6, batchSize: 7, networkRate: 0.1, units: 8, steps: 9, rate: 0.2 },
      ...{ starts: 3, seed: 4, threads: 1, checkpointMinutes: 2, dataDir: 'd', cacheDir: 'e' },
      ...{ device: 'cpu', backend: 'onnx' },
    },
  ]);
});

it('prints errors with intervals, the gap and notes, or JSON', async () => {
  expect(await run(['invert', 'r', 'a', '-o', 'o'])).toBe(0);
  expect(output.stdout).toContain('mnist:train (training)  network       100  0.0400 (0.0360 to 0.0440)');
  expect(output.stdout).toContain('by optimization: 0.0100 (0.0020 to 0.0180)');
  expect(output.stdout).toContain('Note: A sentence.');
  output.stdout = '';
  expect(await run(['invert', 'r', 'a', '-o', 'o', '--json'])).toBe(0);
  expect(JSON.parse(output.stdout).warnings).toEqual(['A sentence.']);
});

it('prints small numbers with their power of ten', async () => {
  const small = { ...gap, ...estimate(2e-6, 5e-7) };
  library.invert.mockResolvedValue({ ...RESULT, gap: { network: small, optimization: small } });
  expect(await run(['invert', 'r', 'a', '-o', 'o'])).toBe(0);
  expect(output.stdout).toContain('by optimization: 2.00e-6 (1.00e-6 to 3.00e-6)');
});
