import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import { captureOutput, type Output } from './capture-output.js';

const library = vi.hoisted(() => ({ classify: vi.fn() }));
vi.mock('../../src/train/classify.js', () => library);

const estimate = (value: number) => ({
  ...{ value, se: 0.01 },
  interval: { level: 0.95, low: value - 0.02, high: value + 0.02 },
});
const classifier = (features: number, error: number) => ({ features, error: estimate(error), draws: [] });

let output: Output;
beforeEach(() => {
  output = captureOutput();
  library.classify.mockResolvedValue({
    discriminator: { run: 'runs/x', step: 9000 },
    labels: { source: 'mnist:train', classes: ['a', 'b'], perClass: 10, draws: 5 },
    test: { source: 'mnist:test', n: 10_000 },
    classifiers: {
      discriminator: classifier(240, 0.2),
      untrained: classifier(240, 0.3),
      pixels: classifier(784, 0.25),
    },
    differences: { untrained: estimate(-0.1), pixels: estimate(-0.05) },
    warnings: ['A sentence.'],
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  library.classify.mockReset();
});

it('passes every option', async () => {
  const values = {
    ...{ test: 'b', 'labels-per-class': 5, draws: 6, 'data-dir': 'd', 'cache-dir': 'e' },
    ...{ device: 'cpu', backend: 'onnx', seed: 4, threads: 1 },
  };
  const flags = Object.entries(values).map(([flag, value]) => `--${flag}=${value}`);
  expect(await run(['classify', 'r', 'a', ...flags])).toBe(0);
  expect(library.classify.mock.calls[0].slice(0, 2)).toEqual([
    'r',
    {
      ...{ pictures: 'a', test: 'b', labelsPerClass: 5, draws: 6, dataDir: 'd', cacheDir: 'e' },
      ...{ device: 'cpu', backend: 'onnx', seed: 4, threads: 1 },
    },
  ]);
});

it('prints the errors, their differences and notes, or JSON', async () => {
  expect(await run(['classify', 'r', 'a', '--test', 'b'])).toBe(0);
  expect(output.stdout).toContain('with 10 labels of each of 2 classes of mnist:train');
  expect(output.stdout).toMatch(/the discriminator +240 +20\.0 \(18\.0 to 22\.0\)/);
  expect(output.stdout).toMatch(/pixels +784 +25\.0 \(23\.0 to 27\.0\) +-5\.0 \(-7\.0 to -3\.0\)/);
  expect(output.stdout).toContain('Note: A sentence.');
  output.stdout = '';
  expect(await run(['classify', 'r', 'a', '--test', 'b', '--json'])).toBe(0);
  expect(JSON.parse(output.stdout).warnings).toEqual(['A sentence.']);
});

it('needs test pictures', async () => {
  expect(await run(['classify', 'r', 'a'])).toBe(2);
  expect(output.stderr).toContain('test');
});
