import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compareResults } from '../../src/compare/compare.js';
import { readComparedResult } from '../../src/compare/read-results.js';
import { UsageError } from '../../src/core/errors.js';
import { type EvaluationResult, parseResult } from '../../src/documents/result.js';
import { readBaseline } from '../../src/gate/baseline-file.js';
import { compareWithBaseline } from '../../src/gate/judging/judge-all.js';
import { planPower } from '../../src/gate/judging/power.js';
import { makeResult, ORDINARY } from '../gate/results.js';

type Path = readonly (string | number)[];
type Json = Record<string | number, unknown>;

/** A mean, a share and a mean over classes. */
const MADE = { is: ORDINARY.is, accuracy: ORDINARY.accuracy, msssim: ORDINARY.msssim };

const SHARES = ['accuracy', 'precision', 'recall', 'coverage'];

const text = JSON.stringify(
  makeResult(MADE, ({ metrics }) => {
    for (const entry of metrics) if (SHARES.includes(entry.id)) entry.unit = 'fraction';
  }),
);

/** The document with another value in one place. */
function edited(path: Path, value: unknown): Json {
  const document = JSON.parse(text);
  const holder = path.slice(0, -1).reduce((part: Json, step) => part[step] as Json, document);
  holder[path[path.length - 1]] = value;
  return document;
}

const whole = JSON.parse(text);
const place = (id: string) => whole.metrics.findIndex((entry: Json) => entry.id === id);
const accuracy = (...path: Path): Path => ['metrics', place('accuracy'), ...path];
const is = (...path: Path): Path => ['metrics', place('is'), ...path];
const classes = whole.metrics[place('accuracy')].perClass as Json[];

const IMPOSSIBLE: readonly (readonly [string, Path, unknown, RegExp])[] = [
  ['a negative standard error', is('se'), -1, /metrics\.is\.se[:( ]+expected an error from 0/],
  ['an error beyond all bounds', is('se'), 1e308, /metrics\.is\.se/],
  ['a value beyond all bounds', is('value'), -1e308, /metrics\.is\.value/],
  [
    'an accuracy above 1',
    accuracy('value'),
    7,
    /metrics\.accuracy\.value[:( ]+expected a fraction from 0 to 1/,
  ],
  ['no pictures', accuracy('n'), 0, /metrics\.accuracy\.n[:( ]+expected a number from 1/],
  ['more pictures than can be', accuracy('n'), 2 ** 53 - 1, /metrics\.accuracy\.n/],
  ['half a picture', accuracy('n'), 0.5, /\.n/],
  ['a negative number of pictures', accuracy('n'), -1, /\.n/],
  ['swapped ends of an interval', is('interval'), { level: 0.95, low: 6, high: 4 }, /metrics\.is\.interval/],
  [
    'a class twice',
    accuracy('perClass'),
    [...classes, classes[0]],
    /perClass[:( ]+"bird" stands there twice/,
  ],
  ['a value of no pictures', accuracy('perClass', 0, 'n'), 0, /metrics\.accuracy\.perClass\.bird\.n/],
  ['negative degrees of freedom', is('details'), { degreesOfFreedom: -1 }, /details\.degreesOfFreedom/],
  ['a negative error of the samples', is('details'), { seSamples: -1 }, /details\.seSamples/],
  ['a confusion of other classes', accuracy('confusion'), { counts: [[1, 2]], largest: [] }, /confusion/],
  ['a metric twice', ['metrics'], [...whole.metrics, whole.metrics[0]], /stands there twice/],
  ['a level of 1', ['settings', 'level'], 1, /settings\.level/],
  ['a level a hair below 1', ['settings', 'level'], 0.9999999999999999, /settings\.level/],
];

const folder = await mkdtemp(join(tmpdir(), 'ganeval-impossible-'));
afterAll(() => rm(folder, { recursive: true }));

describe('a result that says what can’t have been measured is refused', () => {
  test.each(IMPOSSIBLE)('%s', async (_, path, value, says) => {
    const document = edited(path, value);
    const parse = () => parseResult(document, 'result.json');
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(/^result\.json is not/);
    expect(parse).toThrow(says);
    const file = join(folder, 'edited.json');
    await writeFile(file, JSON.stringify(document));
    await expect(readBaseline(file)).rejects.toThrow(says);
    await expect(readBaseline(file)).rejects.toThrow(/edited\.json/);
    await expect(readComparedResult(file)).rejects.toThrow(says);
  });

  test('and none that a score gives', () => {
    expect(parseResult(JSON.parse(text))).toEqual(whole);
  });
});

/** Every number and list of a document, by its path. */
function listPlaces(value: unknown, path: Path = []): Path[] {
  const own = typeof value === 'number' || Array.isArray(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, each]) => listPlaces(each, [...path, key]))];
}

function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(hasFiniteNumbers);
}

test('whatever is edited, gate, comparison and plan give numbers or a sentence', () => {
  const baseline = makeResult(MADE);
  let judged = 0;
  for (const path of listPlaces(whole)) {
    const was = path.reduce((part: unknown, step) => (part as Json)[step], whole);
    const values = Array.isArray(was)
      ? [[], was.slice(1), [...was, ...was], [...was].reverse()]
      : [-1, 5e-324, 0, 1e99, 2 ** 53 - 1];
    for (const value of values) {
      let result: EvaluationResult;
      try {
        result = parseResult(edited(path, value));
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        continue;
      }
      judged++;
      const [a, b] = [
        { name: 'a', result },
        { name: 'b', result: baseline },
      ];
      const outcomes = [
        compareWithBaseline(baseline, result),
        compareWithBaseline(result, baseline),
        compareResults([a, b]),
        planPower(result, { drop: 0.05 }),
      ];
      if (!outcomes.every(hasFiniteNumbers))
        throw new Error(`${path.join('.')} = ${value} gives what is not finite`);
    }
  }
  expect(judged).toBeGreaterThan(50);
});

test('classes are paired by their names', () => {
  const withClasses = (perClass: unknown) => parseResult(edited(accuracy('perClass'), perClass));
  const row = (now: EvaluationResult) =>
    compareWithBaseline(parseResult(JSON.parse(text)), now).rows.find(
      ({ metric, class: name }) => metric === 'accuracy' && name === undefined,
    );
  expect(row(withClasses(classes))?.p).toBe(0.5);
  expect(row(withClasses(classes.slice(1)))).toMatchObject({
    status: 'not-comparable',
    differences: [{ field: 'metrics.accuracy.perClass', now: 'cat, dog, frog' }],
  });
});
