import { expect, test } from 'vitest';
import type { ComputedMetric, MetricEntry } from '../../src/documents/result.js';
import { meanOfRatios } from '../../src/evaluate/outputs/mean-ratio.js';
import { findObstacle } from '../../src/gate/judging/comparable.js';
import { findNetworksAgain } from '../../src/gate/networks-again.js';
import { reproduceCommand } from '../../src/report/score/reproduce-command.js';
import { makeResult } from '../gate/results.js';

/** FDr on a network that is named with it. */
function ratioOn(network: string): ComputedMetric {
  const { metrics } = makeResult({ fdr: { value: 2, se: 0.1 } });
  const extractor = { name: network, sha256: network.repeat(64).slice(0, 64), preprocessing: 'as it is' };
  return { ...(metrics[0] as ComputedMetric), direction: 'lower', network, extractor };
}

/** A result with FDr on two networks, neither of which is the first, and their mean. */
const result = makeResult({}, ({ metrics, settings }) => {
  const ratios = [ratioOn('a'), ratioOn('b')];
  metrics.push(...ratios, ...meanOfRatios(ratios));
  settings.metrics = ['fdr@a', 'fdr@b'];
});

test('the mean of FDr has the facts of FDr: a setting that does not touch FDr keeps it comparable', () => {
  const mean = { metric: 'fdr-mean' };
  const other = { ...result, settings: { ...result.settings, splits: 3, kidSubsets: 7 } };
  expect(findObstacle(result, other, mean)).toBeUndefined();
  const profile = { ...result, settings: { ...result.settings, profile: 'openai' as const } };
  expect(findObstacle(result, profile, mean)?.differences[0].field).toBe('settings.profile');
  const reversed = { ...result, metrics: meanOfRatios([ratioOn('b'), ratioOn('a')]) };
  expect(findObstacle(result, reversed, mean)).toBeUndefined();
  const others = { ...result, metrics: meanOfRatios([ratioOn('a'), ratioOn('c')]) };
  expect(findObstacle(result, others, mean)?.remedy).toMatch(
    /^Score on the networks of the baseline \(a \+ b\)/,
  );
});

test('the mean of FDr names no network of its own', async () => {
  const before = { ...result, metrics: result.metrics.filter(({ id }) => id === 'fdr-mean') };
  expect(await findNetworksAgain(before, {}, 'refuse')).toEqual({});
  expect(reproduceCommand(result, {})).not.toContain('--model');
});

test('the mean of FDr says why it is missing', () => {
  const { id, subject, title, unit, direction } = ratioOn('b');
  const head = { id, subject, title, unit, direction, network: 'b' };
  const lost: MetricEntry = { ...head, status: 'not-computed', reason: 'The network b gives NaN.' };
  expect(meanOfRatios([ratioOn('a'), lost])).toEqual([
    expect.objectContaining({
      id: 'fdr-mean',
      title: 'FDr²',
      status: 'not-computed',
      reason: 'The mean of FDr needs two networks that have it, of 2 here. The network b gives NaN.',
    }),
  ]);
  expect(meanOfRatios([ratioOn('a')])).toEqual([]);
});
