import { mean, variance } from '../../src/math/statistics/statistics.js';
import { defineMetric } from '../../src/metrics/metric.js';

/** A metric as a user of the library may write one: all of it stands in this file. */
export const confidence = defineMetric({
  id: 'mean-confidence',
  title: 'Mean confidence',
  shortTitle: 'Confidence',
  summary: 'Mean over the samples of the largest logit of the network.',
  paper: 'none, an example',
  unit: 'logit',
  direction: 'higher',
  needs: ['logits'],
  settings: ['profile'],
  biasDependsOnN: false,
  async compute({ samples: { logits }, settings: { level } }) {
    const { count, width } = logits;
    const values = await logits.read(0, count);
    const largest = Array.from({ length: count }, (_, i) =>
      Math.max(...values.subarray(i * width, (i + 1) * width)),
    );
    const value = mean(largest);
    const se = Math.sqrt(variance(largest, 1) / count);
    const interval = { level, low: value - 1.96 * se, high: value + 1.96 * se };
    return { value, se, interval, uncertainty: 'of a mean', n: count };
  },
});
