import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGateConfig } from '../../../src/documents/gate-config.js';
import type { ComputedMetric, EvaluationResult, MetricEntry } from '../../../src/documents/result.js';
import { type GateRow, gateVerdictSchema } from '../../../src/documents/verdict.js';
import { compareWithBaseline } from '../../../src/gate/judging/judge-all.js';
import { normalQuantile } from '../../../src/math/statistics/statistics.js';
import { CLASSES, type Made, makeResult, ORDINARY } from '../results.js';

const baseline = makeResult();

const judge = (now: EvaluationResult, config: object = {}, before = baseline) =>
  compareWithBaseline(before, now, parseGateConfig(config));

/** A result in which some metrics say something else. */
const changed = (made: Made) => makeResult({ ...ORDINARY, ...made });

const nameOf = ({ metric, class: name, resolution, kind }: GateRow) =>
  [metric, name, resolution, kind].filter((part) => part !== undefined).join(' ');

const failures = (rows: readonly GateRow[]) => rows.filter(({ status }) => status === 'fail').map(nameOf);

describe('the usual rules', () => {
  it('test every metric and every class that the baseline has', () => {
    const { rows, passed, notes } = judge(makeResult());
    expect(rows.map(nameOf)).toEqual([
      'is significant',
      'accuracy significant',
      ...CLASSES.map((name) => `accuracy ${name} significant`),
      'msssim significant',
      ...CLASSES.map((name) => `msssim ${name} significant`),
      'fid significant',
      'kid significant',
    ]);
    expect(passed).toBe(true);
    expect(notes).toEqual(['The samples are the very pictures of the baseline.']);
  });

  it('make a document that fits its schema', () => {
    const verdict = judge(changed({ is: { value: 4, se: 0.05 } }));
    expect(gateVerdictSchema.parse(verdict)).toEqual(verdict);
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });

  it('fail a drop that is larger than the noise, with a p computed by hand', () => {
    // Five standard errors of the difference: 0.05·√2·2.5.
    const value = 5 - 2.5 * 0.05 * Math.SQRT2;
    const { rows, passed } = judge(changed({ is: { value, se: 0.05 } }));
    expect(passed).toBe(false);
    expect(failures(rows)).toEqual(['is significant']);
    const [row] = rows;
    // Student's tail at 2.5 with 798 degrees of freedom, by SciPy; seven rules of weight 1 share alpha.
    expect(row.p).toBeCloseTo(0.006309, 5);
    expect(row.pAdjusted).toBeCloseTo(7 * (row.p as number), 12);
    expect(row.change).toBeCloseTo(value - 5, 12);
    expect(row.relativeChange).toBeCloseTo((value - 5) / 5, 12);
    const reach = normalQuantile(0.975) * 0.05 * Math.SQRT2;
    expect(row.interval?.low).toBeCloseTo(value - 5 - reach, 3);
    expect(row.interval?.high).toBeCloseTo(value - 5 + reach, 3);
  });

  it('pass a drop that noise explains', () => {
    const { rows, passed } = judge(changed({ is: { value: 5 - 0.05 * Math.SQRT2, se: 0.05 } }));
    expect(passed).toBe(true);
    expect(rows[0].reason).toContain('chance explains');
  });

  it('catch one class whose pictures became alike while the mean hides it', () => {
    // A third less alike in the other classes: the mean over classes does not move.
    const perClass = [0.1 - 0.03, 0.08 - 0.03, 0.09 + 0.09, 0.12 - 0.03];
    const { rows } = judge(changed({ msssim: { perClass } }));
    expect(failures(rows)).toEqual(['msssim dog significant']);
    expect(rows.find((row) => nameOf(row) === 'msssim significant')?.p).toBeCloseTo(0.5, 6);
  });

  it('catch one class that is no longer recognized while the mean hides it', () => {
    const perClass = [0.97, 0.92, 0.61, 1];
    const { rows } = judge(changed({ accuracy: { perClass } }));
    expect(failures(rows)).toEqual(['accuracy dog significant']);
  });

  it('take a collapse without any spread for certain, and no change of it for none', () => {
    const collapse = (result: EvaluationResult) => {
      const entry = result.metrics.find(({ id }) => id === 'msssim') as ComputedMetric;
      Object.assign(entry.perClass?.[0] ?? {}, { value: 1, se: 0 });
    };
    const now = makeResult(ORDINARY, collapse);
    expect(failures(judge(now).rows)).toEqual(['msssim bird significant']);
    expect(judge(now, {}, now).passed).toBe(true);
  });

  it('share the allowance of a rule among its classes, so that many classes leave the whole as sharp', () => {
    const { rows } = judge(changed({ accuracy: { perClass: [0.9, 0.8, 0.7, 0.95] } }));
    const dog = rows.find(({ class: name, metric }) => name === 'dog' && metric === 'accuracy');
    expect(dog?.pAdjusted).toBeCloseTo(7 * 4 * (dog?.p as number), 10);
  });

  it('note what the baseline cannot test, and fail when nothing is left', () => {
    const without = makeResult({ is: { value: 5 }, msssim: ORDINARY.msssim }, (result) => {
      const [is, msssim] = result.metrics as ComputedMetric[];
      delete is.se;
      delete msssim.perClass?.[1].se;
    });
    const { rows, notes, passed } = judge(without, {}, without);
    expect(rows.map(nameOf)).toEqual([
      'msssim significant',
      ...['bird', 'dog', 'frog'].map((name) => `msssim ${name} significant`),
    ]);
    expect(notes.join(' ')).toMatch(
      /IS is not checked: the baseline has no standard error for it\..*MSSSIM is not checked for the class cat/,
    );
    expect(passed).toBe(true);
    const nothing = makeResult({});
    expect(judge(nothing, {}, nothing)).toMatchObject({ passed: false, rows: [] });
  });

  it('take the errors of the samples alone where both results have them and the mix of classes is the same', () => {
    const withOwn = (value: number) => changed({ fid: { value, se: 0.4, details: { seSamples: 0.1 } } });
    const p = (now: EvaluationResult, before: EvaluationResult) =>
      judge(now, {}, before).rows.find(({ metric }) => metric === 'fid')?.p as number;
    const own = p(withOwn(20.3), withOwn(20));
    // Student's tail at 0.3/(0.1·√2) with 798 degrees of freedom, by SciPy.
    expect(own).toBeCloseTo(0.0171, 4);
    expect(p(changed({ fid: { value: 20.3, se: 0.4 } }), withOwn(20))).toBeGreaterThan(0.2);
    const otherMix = withOwn(20.3);
    otherMix.samples.classes?.forEach((each, i) => {
      each.count += i < 2 ? 20 : -20;
    });
    expect(p(otherMix, withOwn(20))).toBeGreaterThan(0.2);
    expect(judge(otherMix).notes.join(' ')).toContain('other shares');
  });
});

describe('rules of a config', () => {
  const rule = (...rules: object[]) => ({ rules });

  it.each([
    ['absolute', 0.9, 'pass'],
    ['absolute', 1.1, 'fail'],
    ['relative', 0.9, 'pass'],
    ['relative', 1.1, 'fail'],
  ])('%s tolerates a worsening up to its bound: %d of it %ses', (kind, times, status) => {
    const tolerance = kind === 'absolute' ? 0.5 : 0.1;
    for (const [metric, sign, value] of [
      ['is', -1, 5],
      ['fid', 1, 20],
    ] as const) {
      const bound = kind === 'absolute' ? tolerance : tolerance * value;
      const now = changed({ [metric]: { value: value + sign * times * bound, se: 0.1 } });
      const { rows, passed } = judge(now, rule({ kind, metric, tolerance }));
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ status, tolerance: bound });
      expect(rows[0]).not.toHaveProperty('p');
      expect(passed).toBe(status === 'pass');
    }
  });

  it('passes a worsening of exactly the tolerance, whatever the rounding', () => {
    const now = changed({ accuracy: { perClass: [0.85, 0.75, 0.8, 0.9] } });
    const { rows } = judge(now, rule({ kind: 'absolute', metric: 'accuracy', class: '*', tolerance: 0.05 }));
    expect(rows.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'pass']);
  });

  it.each([
    ['floor', 'is', 5.1, 'fail'],
    ['floor', 'is', 5, 'pass'],
    ['ceiling', 'fid', 19, 'fail'],
    ['ceiling', 'fid', 20, 'pass'],
  ])('%s of %s at %d: %s', (kind, metric, limit, status) => {
    expect(judge(makeResult(), rule({ kind, metric, limit })).rows[0]).toMatchObject({ status, limit });
  });

  it('holds a limit although the baseline lacks the metric', () => {
    const { is: _, ...others } = ORDINARY;
    const config = rule({ kind: 'floor', metric: 'is', limit: 6 });
    expect(judge(makeResult(), config, makeResult(others)).rows[0]).toMatchObject({
      status: 'fail',
      baseline: null,
      now: 5,
    });
  });

  it('holds a limit although the baseline could not compute the metric, and says what it lacks where neither could', () => {
    const reason = 'There is no reference: pass --reference.';
    const without = (result: ReturnType<typeof makeResult>) => ({
      ...result,
      reference: undefined,
      metrics: result.metrics.map((entry) =>
        entry.id === 'fid' ? ({ ...entry, status: 'not-computed', reason } as MetricEntry) : entry,
      ),
    });
    const config = rule({ kind: 'ceiling', metric: 'fid', limit: 20 });
    expect(judge(makeResult(), config, without(makeResult())).rows[0]).toMatchObject({ status: 'pass' });
    const { status, differences, remedy } = judge(without(makeResult()), config, without(makeResult()))
      .rows[0];
    expect(status).toBe('not-comparable');
    expect(differences).toEqual([
      {
        field: 'metrics.fid.status',
        baseline: 'none',
        now: 'none (There is no reference: pass --reference)',
      },
    ]);
    expect(remedy).not.toContain("''");
  });

  it('reaches classes and resolutions', () => {
    const config = rule(
      { kind: 'absolute', metric: 'accuracy', resolution: 16, tolerance: 0 },
      { kind: 'absolute', metric: 'accuracy', class: 'cat', resolution: '*', tolerance: 0 },
    );
    const now = changed({ accuracy: { perClass: [0.9, 0.7, 0.85, 0.95] } });
    expect(judge(now, config).rows).toMatchObject([
      { resolution: 16, status: 'fail' },
      { class: 'cat', resolution: 16, status: 'fail', baseline: 0.4, now: 0.35 },
    ]);
  });

  it('checks what two rules ask once, at the larger share of the allowance', () => {
    const every = { kind: 'significant', metric: 'accuracy', class: '*' };
    const one = { kind: 'significant', metric: 'accuracy', class: 'dog' };
    const now = changed({ accuracy: { perClass: [0.9, 0.8, 0.7, 0.95] } });
    const both = judge(now, rule(every, one)).rows;
    expect(both.map((row) => row.class)).toEqual([...CLASSES]);
    // Weights ¼ + ¼ + 1 + ¼.
    expect(both[2].pAdjusted).toBeCloseTo(1.75 * (both[2].p as number), 12);
  });

  it('does not pass for want of anything to check', () => {
    expect(judge(makeResult(), rule({ kind: 'significant', metric: 'is', class: '*' })).rows).toMatchObject([
      { status: 'pass', metric: 'is' },
    ]);
    const { rows } = judge(makeResult(), rule({ kind: 'significant', metric: 'recall' }));
    expect(rows).toMatchObject([{ status: 'not-comparable', metric: 'recall', remedy: expect.any(String) }]);
    const tiny = makeResult(ORDINARY, (result) => {
      delete (result.metrics[0] as ComputedMetric).se;
    });
    const untested = judge(makeResult(), rule({ kind: 'significant', metric: 'is' }), tiny).rows[0];
    expect(untested).toMatchObject({ status: 'not-comparable' });
    expect(untested.reason).toContain('metrics.is.se');
  });
});

describe('properties', () => {
  const accuracies = fc.array(fc.nat({ max: 100 }), { minLength: 4, maxLength: 4 });
  const likeness = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
  const made = fc.record({ accuracies, likeness, is: fc.double({ min: 1, max: 10, noNaN: true }) });
  type Drawn = { accuracies: number[]; likeness: number[]; is: number };
  const resultOf = (drawn: Drawn) =>
    makeResult({
      is: { value: drawn.is, se: 0.1 },
      accuracy: { perClass: drawn.accuracies.map((hits) => hits / 100) },
      msssim: { perClass: drawn.likeness },
    });
  const rules = {
    alpha: 0.2,
    rules: [
      { kind: 'significant', metric: 'is' },
      { kind: 'significant', metric: 'accuracy' },
      { kind: 'significant', metric: 'accuracy', class: '*' },
      { kind: 'significant', metric: 'msssim', class: '*' },
      { kind: 'absolute', metric: 'is', tolerance: 0.5 },
      { kind: 'relative', metric: 'msssim', tolerance: 0.1 },
    ],
  };

  it('a result that is no worse anywhere passes', () => {
    fc.assert(
      fc.property(made, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, t) => {
        const better = {
          is: drawn.is * (1 + t),
          accuracies: drawn.accuracies.map((hits) => hits + Math.round(t * (100 - hits))),
          likeness: drawn.likeness.map((value) => value * (1 - t)),
        };
        expect(judge(resultOf(better), rules, resultOf(drawn)).passed).toBe(true);
      }),
    );
  });

  it('the order of the rules makes no difference', () => {
    const order = fc.shuffledSubarray(rules.rules, { minLength: rules.rules.length });
    fc.assert(
      fc.property(made, made, order, (first, second, shuffled) => {
        const [before, now] = [resultOf(first), resultOf(second)];
        expect(judge(now, { ...rules, rules: shuffled }, before)).toEqual(judge(now, rules, before));
      }),
    );
  });

  it('what fails fails when it gets still worse', () => {
    fc.assert(
      fc.property(made, made, fc.double({ min: 0, max: 1, noNaN: true }), (first, second, t) => {
        const worse = {
          is: second.is * (1 - t / 2),
          accuracies: second.accuracies.map((hits) => Math.floor(hits * (1 - t))),
          likeness: second.likeness.map((value) => value + t),
        };
        const before = resultOf(first);
        const failed = new Set(failures(judge(resultOf(worse), rules, before).rows));
        for (const name of failures(judge(resultOf(second), rules, before).rows)) {
          expect(failed).toContain(name);
        }
      }),
    );
  });
});
