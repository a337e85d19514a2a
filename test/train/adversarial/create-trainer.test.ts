import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { trainFamily } from '../../../src/train/adversarial/train-family.js';
import { FAMILY_NAMES, loadFamily } from '../../../src/train/families.js';

const CIFAR10 = join(import.meta.dirname, '../../../fixtures/cifar10/test');
const PRESETS = { gan: 'cifar10-conv', improved: 'cifar10-samples', acgan: 'cifar10' } as const;

async function train(name: keyof typeof PRESETS, settings: object): Promise<unknown> {
  const folder = join(tmpdir(), `ganeval-create-${process.pid}-${name}`);
  const options = {
    preset: PRESETS[name],
    pictures: CIFAR10,
    steps: 1,
    out: folder,
    settings: { ...settings },
  };
  const failed = await trainFamily(await loadFamily(name), {
    ...options,
    backend: 'onnx',
    device: 'cpu',
  }).catch((error: unknown) => error);
  await expect(readdir(folder)).rejects.toThrow();
  return failed;
}

describe.each(FAMILY_NAMES)('train %s', (name) => {
  it.each([
    [{ batchSize: 1_000_000 }, /The setting batchSize is wrong: .*65536/],
    [
      { width: 0.05, batchSize: 20_000 },
      /^A step of \d+ pictures of 32×32 takes \d+ MiB .* may take 128 MiB: .* --batch-size\.$/,
    ],
    [{ width: 1e9 }, /^A layer of .* can be trained: choose fewer units, less width or smaller pictures\.$/],
  ])('refuses what would fill the memory: %o', async (settings, reason) => {
    const failed = await train(name, settings);
    expect(failed).toBeInstanceOf(UsageError);
    expect((failed as Error).message).toMatch(reason);
  });
});

it('train improved refuses more labels a class than there are, where they are asked for', async () => {
  const failed = await train('improved', { labelsPerClass: 1000 });
  expect(failed).toBeInstanceOf(UsageError);
  expect((failed as Error).message).toBe(
    '--labels-per-class 1000 asks for more than there are: no class has more than 20 training pictures, so give 20 or fewer.',
  );
});
