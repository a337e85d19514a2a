import type { ComputedMetric, EvaluationResult } from '../../src/documents/result.js';

/** What a made-up result says of one metric: where there are classes, a value for each. */
export interface MadeMetric {
  readonly value?: number;
  readonly se?: number;
  readonly perClass?: readonly number[];
  readonly details?: ComputedMetric['details'];
}

export type Made = Readonly<Record<string, MadeMetric>>;

export const CLASSES = ['bird', 'cat', 'dog', 'frog'] as const;
/** Pictures of each class, and pairs of each for MS-SSIM. */
export const PER_CLASS = 100;

const DIRECTIONS: Readonly<Record<string, 'higher' | 'lower'>> = {
  is: 'higher',
  accuracy: 'higher',
  msssim: 'lower',
  fid: 'lower',
  kid: 'lower',
  'fid-infinity': 'lower',
  precision: 'higher',
  recall: 'higher',
  density: 'higher',
  coverage: 'higher',
};

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Numbers such as 400 samples of four classes give. */
export const ORDINARY: Made = {
  is: { value: 5, se: 0.05 },
  accuracy: { perClass: [0.9, 0.8, 0.85, 0.95] },
  msssim: { perClass: [0.1, 0.08, 0.09, 0.12] },
  fid: { value: 20, se: 0.4 },
  kid: { value: 0.01, se: 0.0005 },
};

/** The same with the metrics that compare sets of features picture by picture. */
export const WITH_NEIGHBORHOODS: Made = {
  ...ORDINARY,
  'fid-infinity': { value: 15, se: 1 },
  precision: { value: 0.7, se: 0.03 },
  recall: { value: 0.6, se: 0.03, details: { degreesOfFreedom: 5 } },
  density: { value: 1, se: 0.05, details: { degreesOfFreedom: 5 } },
  coverage: { value: 0.8, se: 0.03, details: { degreesOfFreedom: 5 } },
};

/** A whole result document of these values; `change` may edit it. */
export function makeResult(
  made: Made = ORDINARY,
  change?: (result: EvaluationResult) => void,
): EvaluationResult {
  const digest = (letter: string) => letter.repeat(64);
  const samples = {
    source: './samples',
    kind: 'folder',
    digest: digest('a'),
    count: CLASSES.length * PER_CLASS,
    classes: CLASSES.map((name) => ({ name, count: PER_CLASS })),
    sizes: { smallest: [32, 32] as [number, number], largest: [32, 32] as [number, number] },
    changed: {},
    skipped: [],
  };
  const result: EvaluationResult = {
    schema: 'ganeval/result@1',
    samples,
    reference: { ...samples, source: './real', digest: digest('b') },
    settings: {
      metrics: Object.keys(made),
      resolutions: [8, 16, 32],
      downsample: 'decimate',
      alpha: 'drop',
      onBadImage: 'fail',
      seed: 2020,
      splits: 10,
      profile: 'torch-fidelity',
      shuffle: true,
      kidSubsets: 100,
      kidSubsetSize: 1000,
      msssimPairs: PER_CLASS,
      level: 0.95,
    },
    metrics: Object.entries(made).map(([id, metric]) => makeEntry(id, metric)),
    comparableWith: 'Comparable with the same network alone.',
    warnings: [],
    createdWith: { ganeval: '1.0.0' },
    run: {
      startedAt: '2020-01-01T00:00:00.000Z',
      durationMs: 1,
      device: 'cpu',
      threads: 1,
      picturesExtracted: 0,
      picturesFromCache: 0,
    },
  };
  change?.(result);
  return result;
}

/** Standard error of a class's MS-SSIM in made-up results. */
export const CLASS_SE = 0.01;

function makeEntry(id: string, { perClass, details, ...made }: MadeMetric): ComputedMetric {
  const value = made.value ?? mean(perClass ?? []);
  const se = made.se ?? (id === 'msssim' ? CLASS_SE / Math.sqrt(CLASSES.length) : 0.02);
  const entry: ComputedMetric = {
    id,
    subject: 'samples',
    title: id.toUpperCase(),
    unit: 'unit',
    direction: DIRECTIONS[id],
    status: 'ok',
    value,
    se,
    n: CLASSES.length * PER_CLASS,
    ...(details && { details }),
    ...(perClass && {
      perClass: perClass.map((each, i) => ({
        class: CLASSES[i],
        value: each,
        se: CLASS_SE,
        n: PER_CLASS,
        ...(id === 'accuracy' && { perResolution: [{ resolution: 16, value: each / 2 }] }),
      })),
    }),
  };
  if (id === 'msssim') return entry;
  entry.extractor = { name: 'net', sha256: 'c'.repeat(64), preprocessing: 'as it is' };
  if (id !== 'accuracy') return entry;
  const interval = { level: 0.95, low: 0, high: 1 };
  entry.perResolution = [{ resolution: 16, value: value / 2, se: 0.02, interval, informative: true }];
  return entry;
}
