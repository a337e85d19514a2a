import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { parseAblation } from '../../../src/documents/ablation.js';
import { toAblationCsv } from '../../../src/report/ablation/csv.js';
import { toAblationJson } from '../../../src/report/ablation/json.js';
import { toAblationMarkdown } from '../../../src/report/ablation/markdown.js';
import { toAblationTerminal } from '../../../src/report/ablation/terminal.js';
import { makeAblation } from './ablation-fixture.js';

const HOSTILE = '<script>|`\n\u001b[31m\u202e=1+1';

const terminal = (ablation = makeAblation(), width = 140) =>
  toAblationTerminal(ablation, { width, color: false });

describe('the ablation at a terminal', () => {
  it('says the finding of each set before its numbers', () => {
    const text = terminal();
    const heads = ['What samples 1 show', 'What samples 2 show', 'What the reference shows'];
    const places = [...heads, 'Class accuracy ↑ by resolution'].map((head) => text.indexOf(head));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  it('sets the sets side by side, with bars, losses and what is not informative', () => {
    const lines = terminal().split('\n');
    const row = lines.find((line) => /^ +16×16 +7\.00/.test(line)) ?? '';
    expect(row.match(/7\.00 ± 0\.63 %/g)).toHaveLength(3);
    expect(row.match(/−30\.7 %/g)).toHaveLength(3);
    expect(row).toContain('▉');
    expect(lines.find((line) => /^ +64×64 +10\.10/.test(line))).toMatch(/not informative$/);
  });

  it('shows the tests and what was not computed', () => {
    const text = terminal();
    expect(text).toMatch(
      /samples 1 +16×16 to 32×32 +\+3\.1 \[\+1\.0, \+5\.0\] points +12, 3 +0\.035 +50\.0 % of 2 +better/,
    );
    expect(text).toMatch(/32×32 to 64×64 .* not informative/);
    expect(text).toContain('FID of samples 2: There is no reference.');
    expect(text).toContain('! Something to know.');
  });

  it('fits narrow terminals', () => {
    for (const width of [60, 80, 110]) {
      const tables = terminal(makeAblation(), width)
        .split('\n')
        .filter((line) => /^ +\d+×\d+ +\d/.test(line));
      expect(tables.length).toBeGreaterThan(0);
      for (const line of tables) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('leaves many classes to the files', () => {
    const many = makeAblation(Array.from({ length: 40 }, (_, i) => `class ${i}`));
    expect(terminal(many)).toContain('40 classes: --csv FILE writes them.');
    expect(terminal(many)).not.toContain('class 7');
  });

  it('shows hostile names as text', () => {
    const text = terminal(makeAblation([HOSTILE, 'dog'], HOSTILE));
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text).toContain('<script>|`\\n\\u{1b}');
  });
});

describe('the ablation as Markdown', () => {
  it('has the findings, a table a metric, the steps and the classes', () => {
    const text = toAblationMarkdown(makeAblation());
    expect(text).toContain('**samples 1: These samples carry class information up to at least 32×32.**');
    expect(text).toContain(
      '| 16×16 | 7.00 ± 0.63 % | −30.7 % | 7.00 ± 0.63 % | −30.7 % | 7.00 ± 0.63 % | −30.7 % |',
    );
    expect(text).toContain('| samples 2 | 16×16 to 32×32 |');
    expect(text).toContain('| cat | 100 | 25.0 | 25.0 | 25.0 |');
  });

  it('shows hostile names as text', () => {
    const text = toAblationMarkdown(makeAblation([HOSTILE], HOSTILE));
    expect(text).not.toContain('<script>');
    const rows = text.split('\n').filter((line) => line.startsWith('| <code>'));
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row.split('|')).toHaveLength(7);
  });
});

describe('the ablation as files', () => {
  it('is its document as JSON', () => {
    const text = toAblationJson(makeAblation());
    expect(text.endsWith('}\n')).toBe(true);
    expect(parseAblation(JSON.parse(text))).toEqual(makeAblation());
    const damaged = { ...makeAblation(), sets: [] };
    expect(() => toAblationJson(damaged as never)).toThrow(/sets/);
  });

  it('is a row per number as CSV, each with as many cells', async () => {
    const [head, ...rows] = (await toAblationCsv(makeAblation())).trimEnd().split('\n');
    const columns = head.split(',');
    for (const row of rows) expect(row.split(',')).toHaveLength(columns.length);
    const cell = (row: string, name: string) => row.split(',')[columns.indexOf(name)];
    const of = (set: string, metric: string) =>
      rows.filter((row) => cell(row, 'set') === set && cell(row, 'metric') === metric);
    // 3 resolutions, and 3 for each of 2 classes.
    expect(of('2', 'accuracy')).toHaveLength(9);
    expect(of('1', 'accuracy-loss').map((row) => cell(row, 'value'))).toEqual(['0.307', '0']);
    expect(
      of('3', 'accuracy-change').map((row) => [
        cell(row, 'from'),
        cell(row, 'resolution'),
        cell(row, 'verdict'),
      ]),
    ).toEqual([
      ['16', '32', 'gain'],
      ['32', '64', 'not-tested'],
    ]);
    expect(cell(of('1', 'fid')[0], 'reason')).toBe('There is no reference.');
  });

  it('keeps spreadsheets from running names', async () => {
    expect(await toAblationCsv(makeAblation(['=1+1'], '=2+2'))).not.toMatch(/(^|,)=/m);
  });
});
