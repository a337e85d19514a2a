import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import {
  type WatchEvent,
  type WatchLine,
  type WatchMetric,
  watchLineSchema,
} from '../../../src/documents/watch.js';
import { createMonitor, type MonitorSettings } from '../../../src/watch/changes/monitor.js';
import { type Levels, makeLines } from './lines.js';

interface Told extends WatchEvent {
  /** Index of the set at which it was told. */
  readonly at: number;
}

function watch(lines: readonly WatchLine[], settings?: MonitorSettings): Told[] {
  const monitor = createMonitor(settings);
  return lines.flatMap((line, at) => monitor.observe(line).map((event) => ({ ...event, at })));
}

const isHarm = ({ kind }: WatchEvent) => kind !== 'plateau' && kind !== 'recovery';

const NAMES = ['cat', 'dog', 'frog', 'ship'];
const classes = (level: (name: string, set: number) => number | undefined): Levels => ({
  msssim: () => 0.1,
  ...Object.fromEntries(NAMES.map((name) => [`msssim/${name}`, (set: number) => level(name, set)])),
});
const REAL = { msssim: 0.1, ...Object.fromEntries(NAMES.map((name) => [`msssim/${name}`, 0.1])) };

describe('a healthy training', () => {
  test('of which only the Inception Score is known tells nothing', () => {
    const score = (line: WatchLine): WatchLine => ({
      ...line,
      metrics: line.metrics.map((metric) => ({ ...metric, id: 'is', title: 'Inception Score' })),
    });
    expect(watch(makeLines({ fid: () => 4 }, { sets: 9, seed: 1 }).map(score))).toEqual([]);
  });

  test.each([
    [1, 0.5],
    [2, 0.8],
  ])('gives few false alarms, with a wander of %f errors that persists by %f', (wander, persistence) => {
    let alarms = 0;
    for (let seed = 0; seed < 8; seed++) {
      const levels = { ...classes(() => 0.3), fid: () => 30, recall: () => 0.5 };
      if (watch(makeLines(levels, { sets: 100, seed, wander, persistence })).some(isHarm)) alarms++;
    }
    // 5 % of 8 are 0.4; more than 2 have a chance of 0.6 %.
    expect(alarms).toBeLessThanOrEqual(2);
  });

  test('has sets that stand out: one alone tells nothing, two of three do', () => {
    const bad = (sets: number[]) =>
      makeLines({ fid: (set) => (sets.includes(set) ? 90 : 30) }, { sets: 60, seed: 1 });
    expect(watch(bad([20, 24, 40])).filter(isHarm)).toEqual([]);
    expect(watch(bad([20, 22])).filter(isHarm)).toMatchObject([{ kind: 'divergence', at: 22 }]);
  });

  test('may have thousands of sets', () => {
    const levels = { fid: () => 30, recall: (set: number) => (set < 1990 ? 0.5 : 0.1) };
    expect(watch(makeLines(levels, { sets: 2000, seed: 9 }))).toMatchObject([
      { kind: 'collapse', metric: 'recall', since: { set: 'sets/1990' }, at: 1991 },
    ]);
  });

  test('is told no change where it improves, fast or slowly, with or without standard errors', () => {
    for (const sets of [3, 20, 60]) {
      for (const errors of [true, false]) {
        const fall = (set: number) => Math.exp(-set / sets);
        const levels = {
          ...classes((_, set) => 0.1 + 0.5 * fall(set)),
          fid: (set: number) => 30 + 300 * fall(set),
          recall: (set: number) => 0.6 - 0.6 * fall(set),
        };
        expect(watch(makeLines(levels, { sets: 80, seed: sets, errors, real: REAL })).filter(isHarm)).toEqual(
          [],
        );
      }
    }
  });

  test('may have standard errors from a set on: values without them are not measured by them', () => {
    const lines = makeLines({ fid: (set) => (set < 10 ? 40 : 80) }, { sets: 60, seed: 4, se: 2 });
    const withoutError = ({ se: _, ...metric }: WatchMetric) => metric;
    const late = lines.map((line, set) =>
      set < 9 ? ({ ...line, metrics: line.metrics.map(withoutError) } as WatchLine) : line,
    );
    expect(watch(lines).filter(isHarm)).toEqual([]);
    expect(watch(late).filter(isHarm)).toEqual([]);
  });

  test('may get less noisy pictures: MS-SSIM that rises to that of real pictures is no collapse', () => {
    const levels = classes((_, set) => (set < 20 ? 0.01 : 0.1));
    expect(watch(makeLines(levels, { sets: 60, seed: 1, se: 0.005, real: REAL }))).toEqual([]);
    const unknown = watch(makeLines(levels, { sets: 60, seed: 1, se: 0.005 }));
    expect(unknown.filter(isHarm)).not.toEqual([]);
  });
});

describe('a collapse', () => {
  test.each([5, 10, 50])('of a whole class after %i sets is told at its second set', (set) => {
    const levels = classes((name, at) => (name === 'dog' && at >= set ? 1 : 0.1));
    const told = watch(makeLines(levels, { sets: set + 10, seed: set, real: REAL, se: 0.015 })).filter(
      isHarm,
    );
    expect(told).toMatchObject([
      { kind: 'collapse', metric: 'msssim', class: 'dog', since: { set: `sets/${set}`, step: 100 * set } },
    ]);
    expect(told[0].at).toBe(set + 1);
    expect(told[0].evidence.statistic).toBeGreaterThan(told[0].evidence.threshold);
    expect(told[0].message).toMatch(
      new RegExp(
        `^Samples of dog are more alike since step ${100 * set} \\(set sets/${set}\\): MS-SSIM is (0\\.9|1)\\S*, was \\S+ before, and real pictures have 0\\.1\\.$`,
      ),
    );
  });

  test('that is small is told later, and since which set it is', () => {
    const levels = classes((name, at) => (name === 'cat' && at >= 40 ? 0.26 : 0.1));
    const [first, ...rest] = watch(makeLines(levels, { sets: 90, seed: 3, real: REAL }));
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ kind: 'collapse', class: 'cat' });
    expect(first.at).toBeGreaterThan(40);
    expect(Math.abs((first.since.step ?? 0) - 4000)).toBeLessThanOrEqual(300);
  });

  test('of a class that appears late is told too, and sets that failed or lack a class don’t matter', () => {
    const levels = classes((name, at) => {
      if (name === 'ship' && at < 30) return undefined;
      if (name === 'cat' && at % 7 === 0) return undefined;
      return name === 'ship' && at >= 36 ? 1 : 0.1;
    });
    const lines = makeLines(levels, { sets: 45, seed: 5, real: REAL, se: 0.015 });
    const failed: WatchLine = {
      ...lines[0],
      status: 'failed',
      reason: 'It is gone.',
      metrics: [],
      reference: [],
    };
    const told = watch(lines);
    expect(told).toMatchObject([{ kind: 'collapse', class: 'ship', since: { step: 3600 } }]);
    expect(watch(lines.flatMap((line) => [line, failed])).map(({ at: _, ...event }) => event)).toEqual(
      told.map(({ at: _, ...event }) => event),
    );
  });
});

describe('other events', () => {
  test.each<readonly [string, string, (set: number) => number]>([
    ['divergence', 'fid', (set) => (set < 60 ? 30 + 60 * Math.exp(-set / 5) : 60)],
    ['collapse', 'recall', (set) => (set < 60 ? 0.6 : 0.1)],
    ['memorization', 'authpct', (set) => (set < 60 ? 0.8 : 0.2)],
  ])('%s: %s, with or without standard errors', (kind, metric, level) => {
    for (const errors of [true, false]) {
      const told = watch(makeLines({ [metric]: level }, { sets: 90, seed: 7, errors })).filter(isHarm);
      expect(told).toMatchObject([{ kind, metric }]);
      expect(Math.abs((told[0].since.step ?? 0) - 6000)).toBeLessThanOrEqual(200);
    }
  });

  test('recovery ends what was told, and the next change is told again', () => {
    const bad = (set: number) => (set >= 30 && set < 50) || set >= 80;
    const lines = makeLines({ recall: (set) => (bad(set) ? 0.3 : 0.6) }, { sets: 100, seed: 2, se: 0.02 });
    const told = watch(lines);
    expect(told.map(({ kind, ends }) => ends ?? kind)).toEqual(['collapse', 'collapse', 'collapse']);
    expect(told[1].message).toMatch(
      /^Recall has recovered since step \d+ \(set sets\/\d+\): it is 0\.\d+ after 0\.\d+\.$/,
    );
    for (const [i, set] of [30, 50, 80].entries()) {
      expect(Math.abs((told[i].since.step ?? 0) - 100 * set)).toBeLessThanOrEqual(200);
    }
  });

  test('a plateau is told with its place, and ends where the metric improves again', () => {
    const level = (set: number) => (set < 90 ? 30 + 3 * Math.max(0, 20 - set) : 15);
    const told = watch(makeLines({ fid: level }, { sets: 110, seed: 4, se: 0.015, wander: 0.5 }));
    expect(told.map(({ kind, ends }) => [kind, ends])).toEqual([
      ['plateau', undefined],
      ['recovery', 'plateau'],
    ]);
    expect(Math.abs((told[0].since.step ?? 0) - 2000)).toBeLessThanOrEqual(500);
    expect(told[0].message).toMatch(
      /^FID has not improved by 10 % over \d+ sets, and is level since step \d+ \(set /,
    );
    const steady = makeLines({ fid: (set) => 100 * 0.985 ** set }, { sets: 80, seed: 4, wander: 0.5 });
    expect(watch(steady)).toEqual([]);
  });
});

describe('the state', () => {
  const levels = classes((name, at) => (name === 'dog' && at >= 25 && at < 40 ? 0.5 : 0.1));
  const lines = makeLines(
    { ...levels, fid: (set) => 30 + 50 * Math.exp(-set / 4) },
    { sets: 60, seed: 8, real: REAL },
  );

  test('follows from the lines alone: a restart anywhere tells the same', () => {
    const whole = watch(lines);
    expect(whole.length).toBeGreaterThan(1);
    for (const restart of [1, 20, 30, 45]) {
      const first = createMonitor();
      const written = lines
        .slice(0, restart)
        .map((line) => JSON.stringify({ ...line, events: first.observe(line) }));
      const second = createMonitor();
      for (const line of written) second.observe(watchLineSchema.parse(JSON.parse(line)));
      const later = lines
        .slice(restart)
        .flatMap((line, i) => second.observe(line).map((event) => ({ ...event, at: restart + i })));
      expect(later).toEqual(whole.filter(({ at }) => at >= restart));
    }
  });

  test('events fit the schema of a line', () => {
    const monitor = createMonitor();
    for (const line of lines) {
      const whole = { ...line, events: monitor.observe(line) };
      expect(watchLineSchema.parse(whole)).toEqual(whole);
    }
  });
});

test.each([
  { alpha: 0 },
  { alpha: 1 },
  { horizon: 0 },
  { horizon: Number.POSITIVE_INFINITY },
  { plateauShare: 0 },
])('settings out of range are refused: %j', (settings) => {
  expect(() => createMonitor(settings)).toThrow(UsageError);
  expect(() => createMonitor(settings)).toThrow(
    /^A training can't be watched so: \w+ must be .*, not (\d+|Infinity)\.$/,
  );
});
