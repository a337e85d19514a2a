import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { describeStep, ProgressBar } from '../../../src/cli/output/progress.js';
import type { ProgressEvent } from '../../../src/core/run-hooks.js';

const event = (done: number, more: Partial<ProgressEvent> = {}): ProgressEvent => ({
  stage: 'extract',
  label: 'samples at 16×16',
  done,
  total: 1000,
  unit: 'pictures',
  ...more,
});

let nowMs = 0;
let written = '';
let bar: ProgressBar;

function makeBar(): ProgressBar {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  });
  nowMs = 1e6;
  written = '';
  bar = new ProgressBar(
    Object.assign(stream, { isTTY: true, columns: 80 }) as unknown as NodeJS.WriteStream,
    () => nowMs,
  );
  return bar;
}

afterEach(() => bar.clear());

describe('the progress bar', () => {
  it('says nothing of work that is over within a second', () => {
    makeBar().show(event(0));
    nowMs += 900;
    bar.show(event(600));
    nowMs += 300;
    bar.show(event(1000));
    expect(written).toBe('');
  });

  it('shows the step, its rate and the time left on longer work', () => {
    makeBar().show(event(0));
    nowMs += 2000;
    bar.show(event(200));
    expect(written).toContain('20 %  samples at 16×16  200/1,000  100/s  8.0 s left');
  });

  it('adds what is known at the time, and goes on with the same bar when that changes', () => {
    const training = { stage: 'train', label: 'Training', unit: 'steps' } as const;
    makeBar().show(event(0, { ...training, detail: 'loss 2.303' }));
    nowMs += 2000;
    bar.show(event(200, { ...training, detail: 'loss 0.71' }));
    expect(written).toContain('20 %  Training  200/1,000  100/s  8.0 s left  loss 0.71');
  });

  it('does not count what came from the cache into the rate', () => {
    makeBar().show(event(600));
    nowMs += 2000;
    bar.show(event(800));
    expect(written).toContain('800/1,000  100/s  2.0 s left');
  });

  it('is wiped off when the step ends or something else is to be written', () => {
    makeBar().show(event(0));
    nowMs += 2000;
    bar.show(event(200));
    bar.clear();
    expect(written.endsWith('\u001b[2K')).toBe(true);
    written = '';
    bar.show(event(300));
    expect(written).toContain('300/1,000');
    bar.show(event(1000));
    expect(written.endsWith('\u001b[2K')).toBe(true);
  });

  it('follows the work from step to step', () => {
    makeBar().show(event(0));
    nowMs += 2000;
    bar.show(event(200));
    const metric = { stage: 'metric', label: 'FID', total: 100, unit: '%' } as const;
    bar.show(event(0, metric));
    nowMs += 2000;
    written = '';
    bar.show(event(50, metric));
    expect(written).toContain('50 %  FID  2.0 s left');
  });

  it('leaves the cursor and the line wrapping of the terminal alone', () => {
    makeBar().show(event(0));
    nowMs += 2000;
    bar.show(event(200));
    expect(written).not.toContain('\u001b[?');
  });
});

describe('the text of a step', () => {
  const step = { startedMs: 0, from: 0 };

  it('cuts the label to the width, never the numbers', () => {
    const text = describeStep(event(500, { label: 'x'.repeat(100) }), step, 1000, 60);
    expect(text).toHaveLength(60);
    expect(text).toMatch(/^50 % {2}x+… {2}500\/1,000 {2}500\/s {2}1.0 s left$/);
  });

  it('shows a slow rate with a decimal, and none before anything is done', () => {
    expect(describeStep(event(5), step, 2000, 80)).toContain('2.5/s');
    expect(describeStep(event(0), step, 2000, 80)).not.toMatch(/\/s|left/);
  });

  it('does not let a label drive the terminal', () => {
    expect(describeStep(event(5, { label: 'a\nb\u001b[2J' }), step, 2000, 80)).toContain('a\\nb\\u{1b}[2J');
  });
});
