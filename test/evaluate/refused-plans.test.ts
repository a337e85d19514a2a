import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScoreInput } from '../../src/evaluate/input.js';
import { planScore } from '../../src/evaluate/plan-score.js';
import { score } from '../../src/evaluate/score.js';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { findCenters } from '../../src/metrics/memorization/k-means.js';
import { FIXTURE } from './pictures.js';

let folder: string;
let input: ScoreInput;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-refused-'));
  input = { samples: FIXTURE, reference: FIXTURE, limit: 8, threads: 1, cacheDir: join(folder, 'cache') };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a validation set that no metric reads is refused, before anything is opened', async () => {
  const missing = join(folder, 'missing');
  await expect(score({ ...input, samples: missing, validation: missing, metrics: ['fid'] })).rejects.toThrow(
    'No metric of --metrics reads the pictures of --validation: leave it out, or name one that does (fdr, ct).',
  );
});

test('a validation set runs through the networks alone on which a metric reads it, named with their profiles', async () => {
  const { passes } = await planScore({
    ...input,
    validation: FIXTURE,
    validationLimit: 8,
    model: 'inception-cifar10',
    metrics: ['is', 'fdr@inception-mnist@dgm-eval'],
  });
  const networks = (role: string) =>
    passes.flatMap(({ subject, network }) => (subject === role ? [network] : []));
  expect(networks('validation')).toEqual(['inception-mnist@dgm-eval']);
  expect(networks('samples')).toEqual(['inception-cifar10', 'inception-mnist@dgm-eval']);
});

test('a generator is no validation set', async () => {
  const validation = new URL('../../fixtures/generators/linear.onnx', import.meta.url).pathname;
  await expect(planScore({ ...input, validation, metrics: ['fdr'] })).rejects.toThrow(
    /The validation set .* is a generator or a network: give real pictures with --validation\./,
  );
});

test('the network of LPIPS is named among those that are missing', async () => {
  const models = join(folder, 'models');
  await expect(planScore({ ...input, modelsDir: models, metrics: ['sfid', 'lpips'] })).rejects.toThrow(
    'inception-v3-spatial, lpips-vgg16 are not in the store yet',
  );
});

test('two names of one network that is fed in one way are refused as they were typed', async () => {
  const metrics: ScoreInput['metrics'] = ['fid@inception-mnist@dgm-eval', 'fid@inception-mnist'];
  await expect(planScore({ ...input, model: 'inception-cifar10', metrics })).rejects.toThrow(
    'The networks inception-mnist@dgm-eval and inception-mnist are one network that is fed in one way: name it once.',
  );
});

test('an abort ends the search for the cells of C_T between two rounds', async () => {
  const table = { count: 40, width: 1, values: Float64Array.from({ length: 40 }, (_, i) => i * i) };
  const search = { rng: new NumpyRandom(1), signal: AbortSignal.abort(new Error('ended')) };
  await expect(findCenters(table, 3, search)).rejects.toThrow('ended');
});
