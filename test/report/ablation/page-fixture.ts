import type { Ablation } from '../../../src/documents/ablation.js';
import { NETWORK } from '../result-fixture.js';
import { makeFullResult } from '../score/page-fixture.js';

const interval = (value: number) => ({ level: 0.95, low: value - 0.02, high: value + 0.02 });

/** An ablation of two sets at three resolutions, complete under the schema; `name` writes every text from outside. */
export function makeAblation(name: (text: string) => string = (text) => text): Ablation {
  const { samples, settings, comparableWith, createdWith, run } = makeFullResult();
  const values = [0.2, 0.6, 0.9];
  const resolutions = [8, 16, 32];
  const { kidSubsets: _, kidSubsetSize: __, msssimPairs: ___, ...kept } = settings;
  const accuracy = {
    id: 'accuracy' as const,
    title: 'Class accuracy',
    unit: 'fraction',
    direction: 'higher' as const,
    status: 'ok' as const,
    n: 1000,
    extractor: { ...NETWORK, name: name(NETWORK.name) },
    inputSize: 32,
    note: name('A note.'),
    points: resolutions.map((resolution, i) => ({
      resolution,
      informative: i < 2,
      value: values[i],
      se: 0.01,
      interval: interval(values[i]),
    })),
    perClass: ['airplane', 'bird'].map((each) => ({
      class: name(each),
      n: 500,
      points: resolutions.map((resolution, i) => ({
        resolution,
        value: values[i],
        interval: interval(values[i]),
      })),
    })),
  };
  const missing = {
    id: 'fid' as const,
    title: 'FID',
    unit: 'distance',
    direction: 'lower' as const,
    status: 'not-computed' as const,
    reason: name('There is no reference.'),
  };
  const set = (subject: 'samples' | 'reference') => ({
    subject,
    images: { ...samples, source: name(subject) },
    fullSize: 32,
    curves: [accuracy, missing],
    steps: [
      {
        from: 8,
        to: 16,
        informative: true,
        n: 1000,
        gained: 420,
        lost: 20,
        change: 0.4,
        interval: interval(0.4),
        p: 0,
        adjustedP: 0,
        verdict: 'gain' as const,
        classes: {
          total: 2,
          gaining: 2,
          losing: 0,
          shareGaining: 1,
          interval: { level: 0.95, low: 0.34, high: 1 },
        },
      },
    ],
    finding: {
      kind: 'full-size' as const,
      resolution: 32,
      networkTooSmall: false,
      sentences: [name('These samples carry class information.')] as [string],
    },
  });
  return {
    schema: 'ganeval/ablation@1',
    sets: [set('samples'), set('reference')],
    settings: kept,
    comparableWith: name(comparableWith),
    warnings: [name('A warning.')],
    createdWith,
    run,
  };
}
