import { expect, test } from 'vitest';
import { WATCH_SCHEMA, type WatchLine } from '../../src/documents/watch.js';
import { meetsGoals, parseGoals, requireGoals } from '../../src/watch/until.js';

const metric = (id: string, value: number, network?: string) => ({
  id,
  title: id,
  unit: 'u',
  direction: 'lower' as const,
  value,
  n: 10,
  ...(network && { network }),
});

const line: WatchLine = {
  schema: WATCH_SCHEMA,
  set: 'step_1',
  step: 1,
  status: 'scored',
  metrics: [metric('fid', 11.5), metric('recall', 0.4), metric('fid', 300, 'dinov2')],
  warnings: [],
  events: [],
  run: { time: '', seconds: 1 },
};

test.each([
  ['fid<12', true],
  ['fid<11.5', false],
  ['FID <= 11.5', true],
  ['fid<12 and recall>0.3', true],
  ['fid<12 AND recall>.5', false],
  ['fid@dinov2>2e2', true],
  ['kid<1', false],
])('%s: %s', (text, isMet) => {
  expect(meetsGoals(line, parseGoals(text))).toBe(isMet);
});

test('what is no goal is refused, and a metric that is not computed', () => {
  for (const text of ['', 'fid', 'fid<', 'fid<x', 'fid<1 or is>2', 'fid=3'])
    expect(() => parseGoals(text), text).toThrow('--until cannot be');
  expect(() => requireGoals(parseGoals('kid<1'), ['fid', 'is'])).toThrow(
    '--until reads kid, which is not computed: name it in --metrics, or one of fid, is in --until.',
  );
  requireGoals(parseGoals('fid<1 and fid@x>2'), ['fid', 'kid@x']);
});
