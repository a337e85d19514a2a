import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { parseWatchLine, WATCH_EVENT_KINDS, type WatchLine } from '../../src/documents/watch.js';

const scored: WatchLine = {
  schema: 'ganeval/watch@1',
  set: 'samples/step-000500',
  step: 500,
  status: 'scored',
  samples: { count: 500, digest: 'ab'.repeat(32), classes: [{ name: 'cat', count: 50 }] },
  metrics: [
    {
      id: 'msssim',
      title: 'MS-SSIM',
      unit: 'fraction',
      direction: 'lower',
      value: 0.21,
      se: 0.01,
      interval: { level: 0.95, low: 0.19, high: 0.23 },
      n: 500,
      perClass: [{ class: 'cat', value: 0.4, se: 0.02, n: 50 }],
    },
  ],
  reference: [
    { id: 'msssim', title: 'MS-SSIM', unit: 'fraction', direction: 'lower', value: 0.2, se: 0.01, n: 500 },
  ],
  warnings: [],
  events: [
    {
      kind: 'collapse',
      class: 'cat',
      metric: 'msssim',
      since: { set: 'samples/step-000400', step: 400 },
      message: 'Pictures of cat are more alike than real ones.',
      evidence: { statistic: 12, threshold: 9 },
    },
  ],
  run: { time: '2026-01-01T00:00:00.000Z', seconds: 4 },
};

const failed = {
  schema: 'ganeval/watch@1',
  set: 'step-1.zip',
  step: null,
  status: 'failed',
  reason: 'step-1.zip has no pictures.',
  metrics: [],
  warnings: [],
  events: [],
  run: { time: '2026-01-01T00:00:00.000Z', seconds: 0 },
};

describe('a line of watch.jsonl', () => {
  test('is read as it was written, scored or failed', () => {
    expect(parseWatchLine(JSON.parse(JSON.stringify(scored)))).toEqual(scored);
    expect(parseWatchLine(failed)).toEqual(failed);
  });

  const [metric] = scored.metrics;
  test.each<readonly [string, unknown, RegExp]>([
    ['another document', { ...scored, schema: 'ganeval/result@1' }, /schema: /],
    ['a failure without a reason', { ...failed, reason: undefined }, /reason: /],
    ['a failure with metrics', { ...failed, metrics: scored.metrics }, /metrics: /],
    [
      'an event of no kind',
      { ...scored, events: [{ ...scored.events[0], kind: 'boredom' }] },
      /events\.0\.kind/,
    ],
    ['a path out of the folder', { ...scored, set: 'a/../../b' }, /set: expected a path within/],
    ['an absolute path', { ...scored, set: '/etc/passwd' }, /set: expected a path within/],
    ['a negative error', { ...scored, metrics: [{ ...metric, se: -1 }] }, /metrics\.msssim\.se/],
    ['a fraction above 1', { ...scored, metrics: [{ ...metric, value: 2 }] }, /metrics\.msssim\.value/],
    ['a metric twice', { ...scored, metrics: [metric, metric] }, /"msssim" stands there twice/],
    [
      'an impossible number of real pictures',
      { ...scored, reference: [{ ...metric, value: 2 }] },
      /metrics\.msssim\.reference\.value/,
    ],
  ])('%s is refused', (_, value, message) => {
    const parse = () => parseWatchLine(value, 'Line 3 of watch.jsonl');
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^Line 3 of watch\.jsonl is not a ganeval\/watch@1 document/);
  });

  test('the kinds of events are those of the published page', () => {
    expect(WATCH_EVENT_KINDS).toEqual(['collapse', 'memorization', 'divergence', 'plateau', 'recovery']);
    const page = readFileSync(new URL('../../docs/reference/schemas.md', import.meta.url), 'utf8');
    expect(page).toContain('ganeval/schema/watch.schema.json');
  });
});
