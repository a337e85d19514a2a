import { expect, test } from 'vitest';
import { type WatchEvent, type WatchLine, watchLineSchema } from '../../../src/documents/watch.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { createMonitor } from '../../../src/watch/changes/monitor.js';
import { steadyShare } from '../../../src/watch/changes/shares-of-copies.js';
import { makeLines } from './lines.js';

interface Counts {
  readonly duplicates: (set: number) => number;
  readonly memorized?: (set: number) => number;
  readonly n?: number;
}

const NEAR = { exact: 0, moreThanChance: false };

/** Lines with FID and, by chance, pairs of samples that are near, besides what is named. */
function linesWith({ duplicates, memorized, n = 500 }: Counts, sets: number, seed: number): WatchLine[] {
  const random = new NumpyRandom(seed);
  return makeLines({ fid: () => 30 }, { sets, seed }).map((line, set) => {
    const pairs = random.randomSample() < 0.12 ? 2 : 0;
    return {
      ...line,
      copies: {
        duplicates: { ...NEAR, count: pairs + duplicates(set), n, expected: n / 2000 },
        ...(memorized && { memorized: { ...NEAR, count: memorized(set), n, expected: n / 100 } }),
      },
    } as WatchLine;
  });
}

function watch(lines: readonly WatchLine[]): (WatchEvent & { readonly at: number })[] {
  const monitor = createMonitor();
  return lines.flatMap((line, at) => monitor.observe(line).map((event) => ({ ...event, at })));
}

const from =
  (at: number, count: number, until = Number.POSITIVE_INFINITY) =>
  (set: number) =>
    set >= at && set < until ? count : 0;

// The angles by Python's math: 2 * asin(sqrt((c / 2 + 3 / 8) / (250 + 3 / 4))).
test.each([
  [0, 0.07736302928388901],
  [10, 0.29387501708739183],
  [500, 3.0642296243059057],
])('of 500 samples, %i that repeat another are an angle that reads as their share', (count, angle) => {
  const share = steadyShare({ count, exact: 0, n: 500, moreThanChance: false }, 'duplicates');
  expect(share.value).toBeCloseTo(angle, 12);
  expect(share.se).toBeCloseTo(0.06318240236065635, 12);
  expect(share.shown(share.value)).toBeCloseTo(count / 500, 12);
});

test.each([
  [10, 12],
  [25, 3],
  [50, 2],
])(
  'a collapse: %i of 500 samples that repeat another from the 41st set on are told within %i sets',
  (count, sets) => {
    const told = watch(linesWith({ duplicates: from(40, count) }, 60, count));
    expect(told).toMatchObject([
      { kind: 'collapse', metric: 'duplicates', since: { set: 'sets/40', step: 4000 } },
    ]);
    expect(told[0].at).toBeLessThan(40 + sets);
    expect(told[0].message).toMatch(
      /^Samples repeat each other since step 4000 \(set sets\/40\): Share of copies of other samples is 0\.\d+, was 0 before, and real pictures have 0\.0005\.$/,
    );
    const line = {
      ...linesWith({ duplicates: () => 1 }, 1, 1)[0],
      events: told.map(({ at: _, ...event }) => event),
    };
    expect(watchLineSchema.parse(line)).toEqual(line);
  },
);

test('memorization: samples that repeat pictures of the reference, more than real ones do', () => {
  const counts = { duplicates: () => 0, memorized: (set: number) => (set < 30 ? 2 : 100) + (set % 3) };
  expect(watch(linesWith(counts, 50, 1))).toMatchObject([
    { kind: 'memorization', metric: 'memorized', since: { step: 3000 } },
  ]);
});

test('recovery ends it', () => {
  const told = watch(linesWith({ duplicates: from(20, 50, 40) }, 60, 3));
  expect(told.map(({ kind, ends }) => ends ?? kind)).toEqual(['collapse', 'collapse']);
  expect(told[1].since.step).toBe(4000);
});

test('healthy are few by chance, less than 1 %, as many as real pictures have, and fewer and fewer', () => {
  for (let seed = 0; seed < 8; seed++)
    expect(watch(linesWith({ duplicates: () => 0 }, 100, seed))).toEqual([]);
  expect(watch(linesWith({ duplicates: from(40, 80), n: 10_000 }, 100, 1))).toEqual([]);
  expect(watch(linesWith({ duplicates: from(40, 120), n: 10_000 }, 100, 1))).toHaveLength(1);
  expect(watch(linesWith({ duplicates: () => 0, memorized: from(40, 6) }, 100, 1))).toEqual([]);
  const falling = { duplicates: (set: number) => Math.round(400 * Math.exp(-set / 10)) };
  expect(watch(linesWith(falling, 100, 1))).toEqual([]);
});
