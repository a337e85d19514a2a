import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, compareResults, type NamedResult } from '../../src/compare/compare.js';
import { type ComparisonRow, parseComparison } from '../../src/documents/comparison.js';
import type { ComputedMetric, EvaluationResult } from '../../src/documents/result.js';
import { makeResult } from '../report/result-fixture.js';

/** A result whose metric is changed. */
function withMetric(id: string, change: Partial<ComputedMetric>, rest: Partial<EvaluationResult> = {}) {
  const result = makeResult();
  return {
    ...result,
    ...rest,
    metrics: result.metrics.map((entry) =>
      entry.id === id && entry.status === 'ok' ? { ...entry, ...change } : entry,
    ),
  };
}

const named = (...results: EvaluationResult[]): NamedResult[] =>
  results.map((result, index) => ({ name: `${'abcdef'[index]}.json`, result }));

function rowOf(results: readonly NamedResult[], metric: string): ComparisonRow {
  const { rows } = compareResults(results);
  const row = rows.find((each) => each.metric === metric && !each.class && each.resolution === undefined);
  if (!row) throw new Error(`there is no row of ${metric}`);
  return row;
}

const bestOf = ({ cells }: ComparisonRow) => cells.map((cell) => cell.status === 'ok' && cell.best);

describe('the notes', () => {
  it('say what the verdict of a result says first, where it is bad', () => {
    const withFinding = (severity: 'bad' | 'good'): EvaluationResult => ({
      ...makeResult(),
      verdict: {
        alpha: 0.05,
        tests: 1,
        findings: [{ kind: 'memorized', severity, sentence: `They are ${severity}.` }],
        worseClasses: [],
      },
    });
    const { notes } = compareResults(named(withFinding('good'), withFinding('bad'), makeResult()));
    expect(notes).toEqual(['The verdict of b.json: They are bad.']);
  });
});

describe('the best', () => {
  it('is marked where each other one is significantly worse, and only there', () => {
    const at = (value: number) => withMetric('is', { value, se: 0.03 });
    expect(bestOf(rowOf(named(at(5), at(5.2)), 'is'))).toEqual([false, true]);
    // 0.05 apart with an error of .03·√2 is 1.2 standard errors.
    expect(bestOf(rowOf(named(at(5), at(5.05)), 'is'))).toEqual([false, false]);
    expect(bestOf(rowOf(named(at(5), at(5.2), at(5.19)), 'is'))).toEqual([false, false, false]);
  });

  it('is the lowest where lower is better', () => {
    const at = (value: number) => withMetric('msssim', { value, perClass: undefined });
    expect(bestOf(rowOf(named(at(0.07), at(0.05)), 'msssim'))).toEqual([false, true]);
  });

  it('is not marked without a standard error', () => {
    const at = (value: number) => withMetric('is', { value, se: undefined });
    const row = rowOf(named(at(5), at(9)), 'is');
    expect(bestOf(row)).toEqual([false, false]);
    expect(row.cells[1]).not.toHaveProperty('change.p');
  });

  it('is not sought among what is not comparable', () => {
    const other = withMetric('is', {
      value: 50,
      extractor: { name: 'x', sha256: 'cd'.repeat(32), preprocessing: 'card' },
    });
    expect(bestOf(rowOf(named(makeResult(), other), 'is'))).toEqual([false, false]);
  });

  it('never is more than one, and never worse than another', () => {
    const value = fc.double({ min: 1, max: 10, noNaN: true });
    const se = fc.double({ min: 0.001, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, se), { minLength: 2, maxLength: 5 }), (pairs) => {
        const results = pairs.map(([each, error]) => withMetric('is', { value: each, se: error }));
        const marks = bestOf(rowOf(named(...results), 'is'));
        expect(marks.filter(Boolean).length).toBeLessThanOrEqual(1);
        const best = marks.indexOf(true);
        if (best >= 0) expect(pairs[best][0]).toBe(Math.max(...pairs.map(([each]) => each)));
      }),
    );
  });
});

describe('the change', () => {
  it('is against the first result that has the number, two-sided', () => {
    const other = withMetric('is', { value: 5.00412 - 1.959963985 * 0.0312 * Math.SQRT2 });
    const [first, second] = rowOf(named(makeResult(), other), 'is').cells;
    expect(first).not.toHaveProperty('change');
    if (second.status !== 'ok') throw new Error('absent');
    expect(second.change?.p).toBeCloseTo(0.05, 4);
    expect(second.change?.interval?.high).toBeCloseTo(0, 4);
  });

  it('skips a result that lacks the metric', () => {
    const without = makeResult();
    without.metrics = without.metrics.filter(({ id }) => id !== 'is');
    const row = rowOf(named(without, makeResult(), makeResult()), 'is');
    expect(row.yardstick).toBe(1);
    expect(row.cells.map(({ status }) => status)).toEqual(['absent', 'ok', 'ok']);
    expect(row.cells[2]).toHaveProperty('change.value', 0);
  });
});

describe('what is not comparable', () => {
  const settings = makeResult().settings;

  it.each([
    [
      'network',
      withMetric('is', { extractor: { name: 'x', sha256: 'cd'.repeat(32), preprocessing: 'card' } }),
      'extractor.sha256',
    ],
    ['n', withMetric('is', { n: 500 }), 'metrics.is.n'],
    ['profile', withMetric('is', {}, { settings: { ...settings, profile: 'openai' } }), 'settings.profile'],
    ['splits', withMetric('is', {}, { settings: { ...settings, splits: 5 } }), 'settings.splits'],
  ])('is said of another %s, naming the field', (_, other, field) => {
    const { notes, rows } = compareResults(named(makeResult(), other));
    const cell = rows.find(({ metric }) => metric === 'is')?.cells[1];
    expect(cell).toMatchObject({ comparable: false, best: false });
    expect(notes.join('\n')).toContain(field);
    expect(notes.join('\n')).toContain('b.json is not comparable with a.json');
  });

  it('is said once of a metric, its resolutions and its classes', () => {
    const other = withMetric('accuracy', {
      extractor: { name: 'x', sha256: 'cd'.repeat(32), preprocessing: 'card' },
    });
    const { notes } = compareResults(named(makeResult(), other));
    expect(notes.filter((note) => note.startsWith('Class accuracy'))).toHaveLength(1);
    expect(notes[0]).toContain('cdcdcdcdcdcd');
    expect(notes[0]).not.toContain('cd'.repeat(32));
  });

  it('is nothing between equal settings', () => {
    expect(compareResults(named(makeResult(), makeResult())).notes).toEqual([]);
  });
});

describe('the document', () => {
  it('fits its schema and has a row for every number that some result has', () => {
    const comparison = compareResults(named(makeResult(), makeResult()));
    expect(parseComparison(JSON.parse(JSON.stringify(comparison)))).toEqual(comparison);
    const keys = comparison.rows.map(({ metric, resolution, class: name }) =>
      [metric, resolution, name].join(' ').trim(),
    );
    expect(keys).toEqual(
      expect.arrayContaining(['is', 'accuracy', 'accuracy 8', 'accuracy  bird', 'msssim  airplane']),
    );
    // FID is in neither.
    expect(keys.some((key) => key.startsWith('fid'))).toBe(false);
  });
});

describe('reading files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ganeval-compare-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: unknown): string {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  it('takes results, and baselines, which have no run', async () => {
    const { run: _, ...baseline } = makeResult();
    const { results } = await compare([file('a.json', makeResult()), file('b.json', baseline)]);
    expect(results.map(({ samples }) => samples.source)).toEqual(['samples', 'samples']);
  });

  it.each([
    ['an ablation', { schema: 'ganeval/ablation@1' }, /"ganeval\/ablation@1".*ganeval score --json/],
    ['a later version', { ...makeResult(), schema: 'ganeval/result@9' }, /"ganeval\/result@9"/],
    ['no result', { a: 1 }, /is no result/],
    ['null', 'null', /is no result/],
    ['no JSON', '{"schema"', /is not JSON/],
    ['a damaged one', { ...makeResult(), metrics: [{ id: 'is' }] }, /damaged at metrics\.0/],
  ])('refuses %s in a sentence', async (_, content, message) => {
    const good = file('good.json', makeResult());
    const bad = file('bad.json', content);
    const fault = await compare([good, bad]).catch((error: Error) => error);
    expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringMatching(message) });
    expect((fault as Error).message).toContain('bad.json');
  });

  it('refuses a missing file, a single one and the same twice', async () => {
    const good = file('good.json', makeResult());
    await expect(compare([good, join(folder, 'none.json')])).rejects.toThrow(/ENOENT/);
    await expect(compare([good])).rejects.toThrow(/two results/);
    await expect(compare([good, good])).rejects.toThrow(/given twice/);
  });
});
