import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendSummary } from '../../src/trackers/github/append-summary.js';
import { GithubSummaryTracker } from '../../src/trackers/github/summary.js';
import { event, failedLine, line, metric } from './lines.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-summary-'));
  path = join(folder, 'summary.md');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('tells the last sets and events at the end of the watch, after what was there', async () => {
  writeFileSync(path, 'before\n');
  const tracker = new GithubSummaryTracker(path);
  for (let i = 1; i <= 30; i++) tracker.take(line(i));
  tracker.take(line(31, { metrics: [metric('fid', 1 / 3, { se: 0.0123 })], events: [event('FID | rose.')] }));
  tracker.take(failedLine(32, 'No <b>.'));
  await tracker.update();
  expect(readFileSync(path, 'utf8')).toBe('before\n');
  await tracker.close();
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(
    /^before\n## ganeval watch\n\n31 sets scored, 1 failed, 1 event\.\n\n- step_31: FID &#124; rose\.\n/,
  );
  expect(text).toContain('| set | FID |\n| --- | --- |\n| step_13 | 28 |\n');
  expect(text).toContain('| step_31 | 0.3333 ± 0.012 |\n| step_32 | failed: No &#60;b&#62;. |\n');
  expect(text).toContain('These are the last 20 sets.');
});

it('says little where names are long, and nothing above what GitHub takes', async () => {
  const tracker = new GithubSummaryTracker(path);
  for (let i = 1; i <= 30; i++)
    tracker.take(line(i, { set: 'x'.repeat(20_000), events: [event('y'.repeat(9000))] }));
  await tracker.close();
  expect(readFileSync(path).length).toBeLessThan(100_000);
  writeFileSync(path, 'x'.repeat(2 ** 20 - 10));
  await expect(tracker.close()).rejects.toThrow('has no room for more: GitHub shows none above 1 MiB');
  expect(readFileSync(path).length).toBe(2 ** 20 - 10);
  await expect(appendSummary(folder, 'x')).rejects.toThrow(
    `The summary ${folder} cannot be written (EISDIR).`,
  );
});
