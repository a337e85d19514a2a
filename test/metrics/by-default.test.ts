import { expect, it } from 'vitest';
import { planScore, registerMetric } from '../../src/index.js';
import { describeMetrics } from '../../src/metrics/describe-metrics.js';
import { chooseMetrics } from '../../src/metrics/registry.js';
import { FIXTURE } from '../evaluate/pictures.js';
import { confidence } from './toy-metric.js';

registerMetric({ ...confidence, id: 'usual' });
registerMetric({ ...confidence, id: 'on-request', byDefault: false });

const ids = (asked?: string[]) => chooseMetrics(asked).map(({ id }) => id);

it('leaves a metric out that is not computed by default, unless it is named', async () => {
  expect(ids()).toContain('usual');
  expect(ids()).not.toContain('on-request');
  expect(ids(['on-request', 'fid'])).toEqual(['fid', 'on-request']);
  const { metrics } = await planScore({ samples: FIXTURE });
  expect(metrics).toEqual(ids());
  const named = await planScore({ samples: FIXTURE, metrics: ['on-request'] });
  expect(named.metrics).toEqual(['on-request']);
});

it('says so where the metrics are described', () => {
  const row = describeMetrics()
    .split('\n')
    .find((line) => line.includes('`on-request`'));
  expect(row).toContain('Computed only where it is named.');
});
