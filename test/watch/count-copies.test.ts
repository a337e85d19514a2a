import { expect, test } from 'vitest';
import { watchLineToText } from '../../src/cli/output/watch-line-text.js';
import type { Findings } from '../../src/documents/result.js';
import { toWatchHtml } from '../../src/report/watch/html.js';
import { countCopies } from '../../src/watch/count-copies.js';
import { makeLine } from '../report/watch/watch-fixture.js';
import { recordOf } from '../report/watch/watch-page-fixture.js';

const samples = { count: 500 } as Parameters<typeof countCopies>[0]['samples'];
const exact = (count: number) => ({ count, examples: [] });
const near = (count: number, moreThanChance: boolean) => {
  return { count, expected: 0.25, threshold: 1, moreThanChance, examples: [] };
};
const lineOf = (findings: Findings) => {
  const copies = countCopies({ findings, samples });
  return { ...makeLine({ number: 1 }), ...(copies && { copies }) } as ReturnType<typeof makeLine>;
};

test('a line has exact and near copies together, of other samples and of the reference', () => {
  const findings = {
    duplicates: { exact: exact(3), near: near(10, true) },
    memorized: { exact: exact(0), near: near(5, false) },
  };
  expect(countCopies({ findings, samples })).toEqual({
    duplicates: { count: 13, exact: 3, n: 500, expected: 0.25, moreThanChance: true },
    memorized: { count: 5, exact: 0, n: 500, expected: 0.25, moreThanChance: false },
  });
  expect(watchLineToText(lineOf(findings))).toMatch(/ {2}13 repeat another sample {2}\(/);
  const page = toWatchHtml({ folder: 'samples', record: recordOf([lineOf(findings)]) });
  expect(page).toMatch(/Samples that repeat another sample<\/t[hd]><td[^>]*>13</);
});

test('without features compared it has exact ones alone, and says nothing on the terminal of none', () => {
  const findings = { duplicates: { exact: exact(0) }, memorized: { exact: exact(2) } };
  expect(countCopies({ findings, samples })).toEqual({
    duplicates: { count: 0, exact: 0, n: 500, moreThanChance: false },
    memorized: { count: 2, exact: 2, n: 500, moreThanChance: true },
  });
  const text = watchLineToText(lineOf(findings));
  expect(text).toContain('  2 repeat a real picture  (');
  expect(text).not.toContain('another');
  expect(countCopies({ samples })).toBeUndefined();
});
