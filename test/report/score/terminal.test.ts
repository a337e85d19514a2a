import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { tabulateClasses } from '../../../src/report/score/class-table.js';
import { toScoreTerminal } from '../../../src/report/score/terminal.js';
import { accuracy, makeResult } from '../result-fixture.js';

const print = (result = makeResult(), width = 110) => toScoreTerminal(result, { width, color: false });
const lineWith = (text: string, what: string) => text.split('\n').find((line) => line.includes(what)) ?? '';

describe('the table for a person', () => {
  it('ends with what ran where, or that nothing ran on the device that was named', () => {
    const { run, ...rest } = makeResult();
    const cached = { ...run, durationMs: 100, device: null, picturesExtracted: 0, picturesFromCache: 1200 };
    const last = (facts: typeof run, device?: string) =>
      toScoreTerminal({ ...rest, run: facts }, { width: 110, color: false, device })
        .trimEnd()
        .split('\n')
        .at(-1);
    expect(last(cached, 'cuda')).toBe('0.1 s; nothing ran on cuda: all 1,200 rows were in the cache');
    expect(last(cached)).toMatch(/0 pictures computed, 1,200 from the cache$/);
    expect(last({ ...cached, device: 'cuda', picturesExtracted: 1 }, 'cuda')).toMatch(/1 picture computed/);
  });

  it('begins with what the numbers may be compared with, and names the network', () => {
    const text = print();
    expect(text.split('\n')[0]).toBe(makeResult().comparableWith);
    expect(lineWith(text, '  network ')).toContain(
      'inception-cifar10 (9b9b9b9b9b9b): Inception Score, Class accuracy',
    );
  });

  it('has a line per metric: value, error, interval, std, n and which way is better', () => {
    const text = print();
    expect(lineWith(text, 'Inception Score ↑').trim().split(/ {2,}/)).toEqual([
      'Inception Score ↑',
      '5.004 ± 0.031',
      '[4.942, 5.065]',
      '0.090',
      '10,000',
    ]);
    expect(lineWith(text, 'Class accuracy ↑')).toContain('87.96 ± 0.32 %');
    expect(lineWith(text, 'MS-SSIM ↓')).toContain('0.0712 ± 0.0021');
  });

  it('shows the accuracies by resolution with bars that grow with them', () => {
    const text = print();
    const bars = ['8×8', '16×16', '64×64'].map((size) => lineWith(text, ` ${size}`).match(/█/g)!.length);
    expect(bars).toEqual([4, 12, 17]);
    expect(lineWith(text, '16×16')).toContain('66.7 %');
    expect(lineWith(text, '64×64')).toContain('not informative');
    expect(lineWith(text, '16×16')).not.toContain('not informative');
  });

  it('has a line per class with accuracy at each resolution and MS-SSIM', () => {
    const text = print();
    expect(lineWith(text, 'airplane').trim().split(/ {2,}/)).toEqual([
      'airplane',
      '1,000',
      '20.00',
      '60.00',
      '90.00',
      '0.0811',
    ]);
    expect(lineWith(text, 'bird').trim().split(/ {2,}/).at(-1)).toBe('–');
  });

  it('leaves out no resolution but the one that is the full size', () => {
    const alike = {
      ...accuracy,
      perClass: accuracy.perClass!.map((one) => ({
        ...one,
        value: 0.5,
        perResolution: [8, 16, 64].map((resolution) => ({ resolution, value: 0.5 })),
      })),
    };
    const result = makeResult();
    const metrics = result.metrics.map((entry) =>
      entry.id === 'accuracy' && entry.subject === 'samples' ? alike : entry,
    );
    const table = tabulateClasses({ ...result, metrics });
    expect(table?.headings.filter((heading) => heading.startsWith('accuracy'))).toEqual([
      'accuracy at 8 (%)',
      'accuracy at 16 (%)',
      'accuracy at 64 (%)',
    ]);
  });

  it('says what was not computed and why, the warnings, and ends with the run', () => {
    const lines = print().trimEnd().split('\n');
    expect(lines.find((line) => line.startsWith('  FID: '))).toContain('--reference');
    expect(lines.find((line) => line.startsWith('! '))).toContain('biased low');
    expect(lines.at(-1)).toBe('38 s on cpu, 2 threads; 30,000 pictures computed, 0 from the cache');
  });

  it('names what lacks the same thing together', () => {
    const result = makeResult();
    const missing = result.metrics.filter(({ status }) => status === 'not-computed');
    const more = ['KID', 'Recall'].map((title) => ({ ...missing[0], id: title, title }));
    const text = print({ ...result, metrics: [...result.metrics, ...more] });
    expect(text).toContain('FID, KID, Recall: FID needs real pictures: name them with --reference.');
  });

  it('keeps the metrics of the reference apart', () => {
    const result = makeResult();
    result.reference = { ...result.samples, source: 'real', count: 500 };
    result.metrics.push({ ...accuracy, subject: 'reference', value: 0.9 });
    const text = print(result);
    expect(lineWith(text, 'Class accuracy of the reference ↑')).toContain('90.00');
    expect(text).toContain('Class accuracy of the reference by resolution');
    expect(lineWith(text, 'reference  real')).toContain('500 pictures');
  });

  it('shows classes that are worse than real pictures wherever they stand among very many', () => {
    const result = makeResult();
    const names = Array.from({ length: 100 }, (_, index) => `class${index}`);
    result.samples.classes = names.map((name) => ({ name, count: 10 }));
    const perClass = names.map((name) => ({ class: name, value: 0.5, n: 10 }));
    result.metrics = [
      { ...accuracy, perClass },
      { ...accuracy, subject: 'reference', perClass },
    ];
    const worseClasses = [{ metric: accuracy.id, class: 'class37', p: 0.001 }];
    result.verdict = { alpha: 0.05, tests: 100, findings: [], worseClasses };
    const text = print(result);
    expect(lineWith(text, 'class37 ')).toContain('✗');
    expect(text).toContain('(69 more)');
    expect(text).toContain('and those that are worse than real pictures; --csv FILE');
  });

  it('shows the first and the last of very many classes', () => {
    const result = makeResult();
    const names = Array.from({ length: 1000 }, (_, index) => `class${index}`);
    result.samples.classes = names.map((name) => ({ name, count: 10 }));
    result.metrics = [{ ...accuracy, perClass: names.map((name) => ({ class: name, value: 0.5, n: 10 })) }];
    const text = print(result);
    expect(text).toContain('class0 ');
    expect(text).toContain('class999 ');
    expect(text).toContain('(970 more)');
    expect(text).not.toContain('class500 ');
  });

  it.each([40, 60, 80, 100, 200])('fits a terminal of %d columns', (width) => {
    const result = makeResult();
    result.samples.classes![0].name = '飛行機'.repeat(20);
    for (const line of print(result, width).split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  it('is colored only when it may be', () => {
    expect(print()).not.toContain('\u001b');
    expect(toScoreTerminal(makeResult(), { width: 100, color: true })).toContain('\u001b[1m');
  });

  it('does not let names drive the terminal or forge lines', () => {
    const result = makeResult();
    const hostile = 'a\nFID  0.0\u001b[2J\u202e';
    result.samples.source = hostile;
    result.samples.classes![0].name = hostile;
    for (const entry of result.metrics) {
      if (entry.status === 'ok' && entry.perClass) entry.perClass[0].class = hostile;
    }
    result.warnings = [hostile];
    const text = print(result);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text.split('\n').filter((line) => line.startsWith('FID'))).toEqual([]);
    expect(lineWith(text, 'a\\nFID  0.0\\u{1b}[2J\\u{202e}  1,000')).toContain('20.00');
  });
});
