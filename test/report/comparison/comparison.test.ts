import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { compareResults } from '../../../src/compare/compare.js';
import { parseComparison } from '../../../src/documents/comparison.js';
import { toComparisonCsv } from '../../../src/report/comparison/csv.js';
import { toComparisonHtml } from '../../../src/report/comparison/html.js';
import { toComparisonJson } from '../../../src/report/comparison/json.js';
import { toComparisonMarkdown } from '../../../src/report/comparison/markdown.js';
import { toComparisonTerminal } from '../../../src/report/comparison/terminal.js';
import { readPage } from '../page/page-structure.js';
import { makeResult } from '../result-fixture.js';
import { makeShown } from '../score/page-fixture.js';

/** The second is better in its score; the third has another number of pictures. */
function makeComparison(names = ['runs/a.json', 'runs/b.json', 'runs/c.json']) {
  const [first, second, third] = [makeResult(), makeResult(), makeResult()];
  Object.assign(second.metrics[0], { value: 6.2 });
  Object.assign(third.metrics[0], { value: 9, n: 50 });
  third.metrics = third.metrics.filter(({ id }) => id !== 'msssim');
  return compareResults([first, second, third].map((result, i) => ({ name: names[i], result })));
}

const terminal = (comparison = makeComparison(), width = 120) =>
  toComparisonTerminal(comparison, { width, color: false });

describe('the comparison at a terminal', () => {
  it('has a line a result, the best and what is not comparable marked', () => {
    const text = terminal();
    expect(text).toMatch(/^ {2}b +6\.200 ± 0\.031 ★ +87\.96 ± 0\.32 % +0\.0712/m);
    expect(text).toMatch(/^ {2}c +9\.000 ± 0\.031 † +87\.96 ± 0\.32 % +–/m);
    expect(text).toContain('★ significantly better');
    expect(text).toContain(
      '! Inception Score: runs/c.json is not comparable with runs/a.json: metrics.is.n is 50, not 10000.',
    );
    expect(text).toContain('! MS-SSIM of c is missing');
  });

  it('explains no mark that is not there', () => {
    const same = compareResults(['a', 'b'].map((name) => ({ name, result: makeResult() })));
    expect(terminal(same)).not.toMatch(/[★†]/);
  });

  it('tells the change against the first', () => {
    expect(terminal()).toMatch(/Inception Score ↑ +b +\+1\.196 +\[\+1\.\d+, \+1\.\d+\] +< 0\.0001/);
  });

  it('breaks the table where the terminal is narrow', () => {
    const lines = terminal(makeComparison(), 70).split('\n');
    expect(lines.filter((line) => line.startsWith('  result'))).not.toHaveLength(0);
    for (const line of lines.filter((each) => /±/.test(each)))
      expect(stringWidth(line)).toBeLessThanOrEqual(70);
    expect(lines.join('\n')).toContain('0.0712 ± 0.0021');
  });

  it('tells files of one name in several folders apart', () => {
    expect(terminal(makeComparison(['x/r.json', 'y/r.json', 'z/r.json']))).toMatch(
      /^ {2}y\/r\.json +6\.200/m,
    );
  });

  it('shows hostile names as text', () => {
    const text = terminal(makeComparison(['a\n\u001b[2J', '<b>', 'c']));
    expect(text).not.toContain('\u001b');
    expect(text).toContain('a\\n\\u{1b}[2J');
  });
});

describe('the comparison as Markdown', () => {
  it('has the same numbers and notes', () => {
    const text = toComparisonMarkdown(makeComparison());
    expect(text).toContain('| b | 6.200 ± 0.031 ★ | 87.96 ± 0.32 % | 0.0712 ± 0.0021 |');
    expect(text).toContain('9.000 ± 0.031 †');
    expect(text).toContain('metrics.is.n is 50, not 10000');
  });

  it('shows hostile names as text', () => {
    const text = toComparisonMarkdown(makeComparison(['<script>|', 'b', 'c']));
    expect(text).not.toContain('<script>');
    expect(
      text
        .split('\n')
        .find((line) => line.startsWith('| <code>'))
        ?.split('|'),
    ).toHaveLength(6);
  });
});

describe('the page of a comparison', () => {
  it('shows pictures of each result, says which classes are shown, and why a result has none', async () => {
    const picture = await makeShown('bird/1.png', 10);
    const page = await toComparisonHtml(makeComparison(), {
      sets: [
        { groups: [{ class: 'bird', pictures: [picture] }] },
        { missing: 'b holds other pictures.' },
        { missing: 'c <is> gone.' },
      ],
    });
    const { texts, tags } = readPage(page);
    const text = texts.join('');
    expect(text).toMatch(/Of \d+ classes, these are the 1 whose numbers differ most surely/);
    expect(text).toContain('No pictures: b holds other pictures.');
    expect(text).toContain('No pictures: c <is> gone.');
    expect(tags.flatMap(({ attributes }) => attributes.alt ?? [])).toEqual(['sample bird/1.png']);
  });

  it('says nothing of pictures where it was given none', async () => {
    expect(await toComparisonHtml(makeComparison())).not.toContain('No pictures');
  });
});

describe('the comparison as files', () => {
  it('is its document as JSON', () => {
    expect(parseComparison(JSON.parse(toComparisonJson(makeComparison())))).toEqual(makeComparison());
  });

  it('is a row per number of each result as CSV', async () => {
    const [head, ...rows] = (await toComparisonCsv(makeComparison())).trimEnd().split('\n');
    const columns = head.split(',');
    const cells = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row.split(',')[i]])));
    const scores = cells.filter(({ metric }) => metric === 'is');
    expect(scores.map(({ value, best, comparable }) => [value, best, comparable])).toEqual([
      ['5.00412', 'false', 'true'],
      ['6.2', 'true', 'true'],
      ['9', 'false', 'false'],
    ]);
    expect(scores[2].differs).toBe('metrics.is.n');
    expect(cells.filter(({ metric, class: name }) => metric === 'accuracy' && name === 'bird')).toHaveLength(
      3,
    );
  });
});
