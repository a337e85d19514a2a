import type { AblatedSet, Ablation } from '../../../src/documents/ablation.js';
import { makeResult, NETWORK } from '../result-fixture.js';

const between = (low: number, high: number) => ({ level: 0.95, low, high });

function makeSet(subject: AblatedSet['subject'], source: string, names: readonly string[]): AblatedSet {
  const classes = names.map((name) => ({ name, count: 100 }));
  return {
    subject,
    images: { ...makeResult().samples, source, count: 100 * names.length, classes },
    fullSize: 64,
    curves: [
      {
        id: 'accuracy',
        title: 'Class accuracy',
        unit: 'fraction',
        direction: 'higher',
        status: 'ok',
        n: 100 * names.length,
        extractor: NETWORK,
        inputSize: 32,
        points: [
          {
            ...{
              resolution: 16,
              informative: true,
              value: 0.07,
              std: 0.02,
              se: 0.0063,
              interval: between(0.05, 0.09),
            },
            loss: { value: 0.307, se: 0.02, interval: between(0.27, 0.35) },
            classesBetterAtFull: 0.844,
          },
          {
            ...{
              resolution: 32,
              informative: true,
              value: 0.101,
              std: 0.02,
              se: 0.0063,
              interval: between(0.08, 0.12),
            },
            loss: { value: 0, se: 0, interval: between(0, 0) },
            classesBetterAtFull: 0,
          },
          {
            resolution: 64,
            informative: false,
            value: 0.101,
            std: 0.02,
            se: 0.0063,
            interval: between(0.08, 0.12),
          },
        ],
        perClass: names.map((name) => ({
          class: name,
          n: 100,
          points: [16, 32, 64].map((resolution) => ({
            resolution,
            value: 0.25,
            interval: between(0.2, 0.3),
          })),
        })),
      },
      {
        id: 'fid',
        title: 'FID',
        unit: 'distance',
        direction: 'lower',
        status: 'not-computed',
        reason: 'There is no reference.',
      },
    ],
    steps: [
      {
        ...{
          from: 16,
          to: 32,
          informative: true,
          n: 200,
          gained: 12,
          lost: 3,
          change: 0.031,
          interval: between(0.01, 0.05),
        },
        ...{ p: 0.035, adjustedP: 0.035, verdict: 'gain' },
        classes: { total: 2, gaining: 1, losing: 0, shareGaining: 0.5, interval: between(0.1, 0.9) },
      },
      {
        ...{
          from: 32,
          to: 64,
          informative: false,
          n: 200,
          gained: 0,
          lost: 0,
          change: 0,
          interval: between(-0.01, 0.01),
        },
        ...{ p: 1, adjustedP: null, verdict: 'not-tested' },
        classes: { total: 2, gaining: 0, losing: 0, shareGaining: 0, interval: between(0, 0.6) },
      },
    ],
    finding: {
      kind: 'network-limit',
      resolution: 32,
      networkTooSmall: true,
      sentences: [
        'These samples carry class information up to at least 32×32.',
        'The network sees 32×32 pixels.',
      ],
    },
  };
}

/** Two sets of samples and a reference, complete under the schema. */
export function makeAblation(names: readonly string[] = ['cat', 'dog'], source = 'epoch10'): Ablation {
  const { settings, comparableWith, createdWith, run } = makeResult();
  const { kidSubsets: _, kidSubsetSize: __, msssimPairs: ___, ...kept } = settings;
  return {
    schema: 'ganeval/ablation@1',
    sets: [
      makeSet('samples', source, names),
      makeSet('samples', 'epoch20', names),
      makeSet('reference', 'real', names),
    ],
    settings: { ...kept, metrics: ['accuracy', 'fid'], resolutions: [16, 32, 64] },
    comparableWith,
    warnings: ['Something to know.'],
    createdWith,
    run,
  };
}
