import { describe, expect, it } from 'vitest';
import { quoteName } from '../../../src/escape/markdown-text.js';
import { toScoreMarkdown } from '../../../src/report/score/markdown.js';
import { toScoreTerminal } from '../../../src/report/score/terminal.js';
import { makeResult } from '../result-fixture.js';

/** Cells of a table row as GitHub splits it. */
const cells = (row: string) => row.split(/(?<!\\)\|/).length - 2;

describe('the Markdown report', () => {
  it('has a table of metrics whose rows all have as many cells as the head', () => {
    const lines = toScoreMarkdown(makeResult()).split('\n');
    const head = lines.findIndex((line) => line.startsWith('| metric'));
    expect(lines[head + 2]).toBe('| Inception Score ↑ | 5.004 ± 0.031 | [4.942, 5.065] | 0.090 | 10,000 |');
    const tables = lines.filter((line) => line.startsWith('|'));
    expect(new Set(tables.map(cells))).toEqual(new Set([5, 6]));
  });

  it('has the resolutions, the classes, what is missing and the warnings', () => {
    const text = toScoreMarkdown(makeResult());
    expect(text).toContain('| 16 | 62.45 ± 0.45 % | [61.50, 63.40] % | 1.41 % | 66.7 % |');
    expect(text).toContain('| 64 (not informative) |');
    expect(text).toContain('| airplane | 1,000 | 20.00 | 60.00 | 90.00 | 0.0811 |');
    expect(text).toContain('- FID: FID needs real pictures');
    expect(text).toContain('- **Pictures, labels and networks:** The Inception Score');
    expect(text.endsWith('_\n')).toBe(true);
  });

  it('lists a validation set, as the terminal does', () => {
    const result = makeResult();
    result.validation = { ...result.samples, source: 'held-out', count: 321 };
    expect(toScoreMarkdown(result)).toContain('- validation: held-out, 321 pictures');
    expect(toScoreTerminal(result, { width: 110, color: false })).toMatch(
      /validation +held-out: 321 pictures/,
    );
  });

  it('shows a hostile name as it is: no markup, no HTML, no cell, no mention, no link', () => {
    expect(quoteName('airplane')).toBe('airplane');
    expect(quoteName('class_1-a b.c')).toBe('class_1-a b.c');
    for (const name of [
      'a|b',
      '<img src=x>',
      '**bold**',
      '`code`',
      '@user',
      '[a](b)',
      'http://x.y',
      '__a__',
      'a\\',
      '#1',
      'www.a.b',
    ]) {
      const quoted = quoteName(name);
      expect(quoted).toMatch(/^<code>(?:[\p{L}\p{N} ]|&#\d+;)*<\/code>$/u);
      const shown = quoted.slice(6, -7).replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
      expect(shown).toBe(name);
    }
  });

  it('keeps names in sentences and tables harmless', () => {
    const result = makeResult();
    result.samples.classes![0].name = 'a|b\n| forged |';
    result.warnings = ['The file <script>alert(1)</script> of @user | is `odd` https://x.y'];
    const text = toScoreMarkdown(result);
    expect(text).not.toMatch(/<script|@user|https:\/\//);
    expect(text.split('\n').filter((line) => line.startsWith('| forged'))).toEqual([]);
  });
});
