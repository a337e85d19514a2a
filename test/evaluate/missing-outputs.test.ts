import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { score } from '../../src/evaluate/score.js';
import { writeStatistics } from '../../src/evaluate/statistics/write-statistics.js';
import { tinyNetwork } from '../networks/tiny-network.js';
import { FIXTURE } from './pictures.js';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-outputs-'));
  await writeFile(at('pool.onnx'), tinyNetwork({ names: ['pool', 'logits'] }));
  await writeFile(at('head.onnx'), tinyNetwork({ names: ['features', 'head'] }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MADE = { inputSize: 8, normalize: '[0,1]', threads: 1, cache: false } as const;
const NO_FEATURES =
  'The network pool does not say which of its outputs has the features (pool [n, 3], logits [n, 2]): say --features-output pool, if that is it.';
const NO_LOGITS =
  'The network head does not say which of its outputs has the class scores (features [n, 3], head [n, 2]): say --logits-output head, if that is it.';

it('names the outputs and the option where a network may have the features under another name', async () => {
  const reasonsOf = async (options: { featuresOutput?: string } = {}) => {
    const sets = { samples: FIXTURE, reference: FIXTURE };
    const { metrics } = await score({
      ...sets,
      ...MADE,
      model: at('pool.onnx'),
      metrics: ['fid', 'kid'],
      ...options,
    });
    return metrics.map((entry) => (entry.status === 'ok' ? 'ok' : entry.reason));
  };
  expect(await reasonsOf()).toEqual([NO_FEATURES, NO_FEATURES]);
  expect(await reasonsOf({ featuresOutput: 'pool' })).toEqual(['ok', 'ok']);
});

it('says the same when statistics are written', async () => {
  await expect(
    writeStatistics({ images: FIXTURE, out: at('real.npz'), ...MADE, model: at('pool.onnx') }),
  ).rejects.toThrow(NO_FEATURES);
});

it('names them for the class scores of a model and of a classifier', async () => {
  const { metrics } = await score({
    samples: FIXTURE,
    ...MADE,
    model: at('head.onnx'),
    classifier: at('head.onnx'),
    metrics: ['is', 'accuracy'],
  });
  for (const entry of metrics) {
    expect(entry.status).toBe('not-computed');
    expect((entry as { reason: string }).reason).toContain(NO_LOGITS);
  }
});
