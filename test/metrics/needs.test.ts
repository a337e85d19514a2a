import { describe, expect, it } from 'vitest';
import { defineMetric, type Metric, type Need } from '../../src/metrics/metric.js';
import { computeMetric } from '../../src/metrics/needs.js';
import { rowsOf } from './golden-arrays.js';
import { compute, settings } from './metric-input.js';

const metricOf = <Needs extends Need>(needs: readonly Needs[]) =>
  defineMetric<Needs>({
    id: 'toy',
    title: 'A toy metric',
    shortTitle: 'Toy',
    summary: 'One.',
    paper: 'none',
    unit: 'score',
    direction: 'higher',
    needs,
    settings: [],
    biasDependsOnN: false,
    compute: async () => ({ value: 1, n: 1 }),
  }) as Metric;

const narrow = { features: rowsOf(new Float32Array(8), 2) };
const wide = { features: rowsOf(new Float32Array(12), 3) };
const statistics = { statistics: { mu: new Float64Array(3), sigma: new Float64Array(9) } };

describe('a metric of features', () => {
  it('is computed without its reference, of whatever width that is', async () => {
    for (const reference of [wide, statistics]) {
      expect(await compute(metricOf(['features']), narrow, {}, reference)).toEqual({ value: 1, n: 1 });
    }
  });

  it('is not compared with a reference of another network', async () => {
    for (const reference of [wide, statistics]) {
      expect(await compute(metricOf(['features', 'reference']), narrow, {}, reference)).toEqual({
        reason:
          'The reference has 3 features a picture and the samples have 2: use a reference made with the same network.',
      });
    }
  });

  it('says how to get the network of published FIDs where the reference is as wide as its features', async () => {
    const published = { statistics: { mu: new Float64Array(2048), sigma: new Float64Array(0) } };
    expect(await compute(metricOf(['features', 'reference']), narrow, {}, published)).toEqual({
      reason: expect.stringMatching(
        /fetch it with "ganeval models pull inception-v3", and run this command again\.$/,
      ),
    });
    const [samples, reference] = [narrow, published].map((set) => ({ count: 1, ...set }));
    const origin = { set: 'samples', modelName: 'toy', modelIsNamed: true } as const;
    const named = await computeMetric(
      metricOf(['features', 'reference']),
      { samples, reference, settings },
      origin,
    );
    expect(named).toEqual({
      reason: expect.stringMatching(/run this command again with --model inception-v3\.$/),
    });
  });

  it('says by its short title that a statistics file holds no pictures', async () => {
    expect(await compute(metricOf(['features', 'referenceFeatures']), wide, {}, statistics)).toEqual({
      reason: expect.stringMatching(/^Toy compares picture with picture/),
    });
  });
});
