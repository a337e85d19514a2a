import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import { captureOutput, type Output } from './capture-output.js';

const library = vi.hoisted(() => ({ trainClassifier: vi.fn() }));
vi.mock('../../src/train/classifier/train-classifier.js', () => library);

let output: Output;

beforeEach(() => {
  output = captureOutput();
  const card = { name: 'mine', heldOut: { accuracy: 0.94321 } };
  library.trainClassifier.mockImplementation(async ({ out }) => ({ path: out, card }));
});

afterEach(() => {
  vi.restoreAllMocks();
  library.trainClassifier.mockReset();
});

const out = join(tmpdir(), 'mine.onnx');

/** What the trainer was given, without what is undefined. */
const given = () => JSON.parse(JSON.stringify(library.trainClassifier.mock.calls[0][0]));

describe('ganeval train classifier', () => {
  it('leaves every default to the trainer, and says how good the network is', async () => {
    expect(await run(['train', 'classifier', '-o', out])).toBe(0);
    expect(given()).toEqual({ out, recipe: {}, resume: false });
    expect(output.stdout).toBe(`${out}\n`);
    expect(output.stderr).toContain('mine classifies 94.32 % of the held-out pictures correctly');
  });

  it('passes every option on', async () => {
    const flags: Record<string, string> = {
      preset: 'inception-mnist',
      epochs: '3',
      'batch-size': '64',
      'input-size': '48',
      backend: 'onnx',
      checkpoint: 'c',
      'checkpoint-minutes': '0.5',
      log: 'l',
      test: 't',
      'data-dir': 'd',
      seed: '9',
      device: 'cpu',
      threads: '2',
      'cache-dir': 'k',
    };
    const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    expect(await run(['train', 'classifier', 'scans', '--out', out, '--resume', ...words])).toBe(0);
    expect(given()).toEqual({
      ...{ out, pictures: 'scans', preset: 'inception-mnist', backend: 'onnx', resume: true },
      recipe: { epochs: 3, batchSize: 64, inputSize: 48 },
      ...{ checkpoint: 'c', checkpointMinutes: 0.5, log: 'l', test: 't', dataDir: 'd' },
      ...{ seed: 9, device: 'cpu', threads: 2, cacheDir: 'k' },
    });
  });

  it('refuses numbers that are none, and a missing --out', async () => {
    for (const [flag, value] of [
      ['epochs', '1.5'],
      ['epochs', '0'],
      ['batch-size', 'many'],
      ['checkpoint-minutes', '-1'],
      ['preset', 'other'],
    ]) {
      expect(await run(['train', 'classifier', '--out', out, `--${flag}=${value}`])).toBe(2);
      expect(output.stderr).toMatch(new RegExp(`--?${flag}|${flag} cannot be`));
    }
    expect(await run(['train', 'classifier'])).toBe(2);
    expect(library.trainClassifier).not.toHaveBeenCalled();
  });
});
