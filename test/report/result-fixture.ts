import type { ComputedMetric, EvaluationResult } from '../../src/documents/result.js';

export const NETWORK = { name: 'inception-cifar10', sha256: '9b'.repeat(32), preprocessing: 'card' };

const CLASSES = ['airplane', 'automobile', 'bird'];

export const accuracy: ComputedMetric = {
  id: 'accuracy',
  subject: 'samples',
  title: 'Class accuracy',
  unit: 'fraction',
  direction: 'higher',
  status: 'ok',
  value: 0.8796,
  std: 0.0101,
  se: 0.00319,
  interval: { level: 0.95, low: 0.87308, high: 0.88583 },
  uncertainty: 'std over 10 subsets; Wilson interval',
  n: 10_000,
  extractor: NETWORK,
  perClass: CLASSES.map((name, index) => ({
    class: name,
    value: 0.9 - index / 20,
    se: 0.0095,
    interval: { level: 0.95, low: 0.86 - index / 20, high: 0.93 - index / 20 },
    n: 1000 - index,
    perResolution: [
      { resolution: 8, value: 0.2 + index / 10 },
      { resolution: 16, value: 0.6 + index / 10 },
    ],
  })),
  perResolution: [
    {
      resolution: 8,
      value: 0.211,
      std: 0.0121,
      se: 0.0038,
      interval: { level: 0.95, low: 0.2031, high: 0.2191 },
      informative: true,
      classesBetterAtFull: 1,
    },
    {
      resolution: 16,
      value: 0.6245,
      std: 0.0141,
      se: 0.0045,
      interval: { level: 0.95, low: 0.615, high: 0.634 },
      informative: true,
      classesBetterAtFull: 2 / 3,
    },
    {
      resolution: 64,
      value: 0.8796,
      std: 0.0101,
      se: 0.0032,
      interval: { level: 0.95, low: 0.87308, high: 0.88583 },
      informative: false,
    },
  ],
};

/** A result as a run on CIFAR-10 pictures gives it, complete under the schema. */
export function makeResult(): EvaluationResult {
  return {
    schema: 'ganeval/result@1',
    samples: {
      source: 'samples',
      kind: 'folder',
      digest: 'ab'.repeat(32),
      count: 10_000,
      classes: CLASSES.map((name, index) => ({ name, count: 1000 - index })),
      sizes: { smallest: [32, 32], largest: [32, 32] },
      changed: {},
      skipped: [],
    },
    settings: {
      metrics: ['is', 'accuracy', 'msssim', 'fid', 'kid'],
      resolutions: [8, 16, 64],
      downsample: 'decimate',
      alpha: 'drop',
      onBadImage: 'fail',
      seed: 2020,
      splits: 10,
      profile: 'torch-fidelity',
      shuffle: true,
      kidSubsets: 100,
      kidSubsetSize: 1000,
      msssimPairs: 100,
      level: 0.95,
    },
    metrics: [
      {
        id: 'is',
        subject: 'samples',
        title: 'Inception Score',
        unit: 'score',
        direction: 'higher',
        status: 'ok',
        value: 5.00412,
        std: 0.0903,
        se: 0.0312,
        interval: { level: 0.95, low: 4.9421, high: 5.0653 },
        n: 10_000,
        extractor: NETWORK,
      },
      accuracy,
      {
        id: 'msssim',
        subject: 'samples',
        title: 'MS-SSIM',
        unit: 'similarity',
        direction: 'lower',
        status: 'ok',
        value: 0.0712,
        se: 0.0021,
        n: 299,
        perClass: [
          { class: 'airplane', value: 0.0811, se: 0.0041, n: 100 },
          { class: 'automobile', value: 0.0613, se: 0.0035, n: 100 },
          { class: 'bird', value: null, reason: 'one picture', n: 1 },
        ],
      },
      {
        id: 'fid',
        subject: 'samples',
        title: 'FID',
        unit: 'distance',
        direction: 'lower',
        status: 'not-computed',
        reason: 'FID needs real pictures: name them with --reference.',
      },
    ],
    comparableWith:
      'Only results of the same network (inception-cifar10) may be compared with these numbers.',
    warnings: ['The Inception Score of fewer than 50,000 pictures is biased low.'],
    createdWith: { ganeval: '0.1.0', 'onnxruntime-node': '1.30.0' },
    run: {
      startedAt: '2026-11-22T01:00:00.000Z',
      durationMs: 38_400,
      device: 'cpu',
      threads: 2,
      picturesExtracted: 30_000,
      picturesFromCache: 0,
    },
  };
}
