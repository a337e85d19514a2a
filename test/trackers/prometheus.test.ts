import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PrometheusTracker } from '../../src/trackers/prometheus/prometheus.js';
import { event, failedLine, line, metric } from './lines.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-prometheus-'));
  path = join(folder, 'watch.prom');
});
afterEach(() => rmSync(folder, { recursive: true }));

const SAMPLE = /^([a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\} (-?\d+(?:\.\d+)?(?:e[-+]\d+)?)$/;

/** Reads the format by its rules: HELP, TYPE, then the series of one name, none twice, no times. */
function parse(text: string): Map<string, number> {
  const series = new Map<string, number>();
  let typed = '';
  expect(text.endsWith('\n')).toBe(true);
  for (const row of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(row);
    if (comment) {
      if (comment[1] === 'TYPE') expect(comment[3]).toMatch(/^(gauge|counter)$/);
      typed = comment[2];
      continue;
    }
    const [, name, labels, value] = SAMPLE.exec(row) ?? expect.fail(`no sample: ${row}`);
    expect(name).toBe(typed);
    expect(series.has(`${name}{${labels}}`)).toBe(false);
    series.set(`${name}{${labels}}`, Number(value));
  }
  return series;
}

it('has the numbers of the last set that was scored, and counts of all', async () => {
  const tracker = new PrometheusTracker(path, '/runs/a');
  const told = { events: [event('FID rose.')] };
  for (const each of [line(1), line(2, told), failedLine(3, 'No.')]) tracker.take(each);
  await tracker.update();
  const text = readFileSync(path, 'utf8');
  expect(Object.fromEntries(parse(text))).toEqual({
    'ganeval_metric{folder="/runs/a",metric="fid"}': 17,
    'ganeval_metric_low{folder="/runs/a",metric="fid"}': 10,
    'ganeval_metric_high{folder="/runs/a",metric="fid"}': 20,
    'ganeval_metric_real{folder="/runs/a",metric="fid"}': 0.5,
    'ganeval_last_step{folder="/runs/a"}': 200,
    'ganeval_last_set_timestamp_seconds{folder="/runs/a"}': 1700000180,
    'ganeval_last_set_duration_seconds{folder="/runs/a"}': 1.5,
    'ganeval_sets_total{folder="/runs/a",status="scored"}': 2,
    'ganeval_sets_total{folder="/runs/a",status="failed"}': 1,
    'ganeval_events_total{folder="/runs/a",kind="collapse"}': 1,
    'ganeval_events_total{folder="/runs/a",kind="memorization"}': 0,
    'ganeval_events_total{folder="/runs/a",kind="divergence"}': 0,
    'ganeval_events_total{folder="/runs/a",kind="plateau"}': 0,
    'ganeval_events_total{folder="/runs/a",kind="recovery"}': 0,
  });
  expect(statSync(path).mode & 0o044).toBe(0o044);
  expect(readdirSync(folder)).toEqual(['watch.prom']);
});

it('escapes names, and writes no series twice', async () => {
  const tracker = new PrometheusTracker(path, '/runs/"a"');
  const names = ['new\nline', 'quote"', 'slash\\n', 'cat', 'cat', '}', ''];
  const perClass = names.map((name, i) => ({ class: name, value: i, n: 1 }));
  tracker.take(line(1, { metrics: [metric('msssim', 1e-9, { network: 'x"y', perClass })] }));
  await tracker.update();
  const labels = [...parse(readFileSync(path, 'utf8')).keys()].filter((key) => key.includes('msssim'));
  const head = 'ganeval_metric{folder="/runs/\\"a\\"",metric="msssim",network="x\\"y"';
  const classes = ['new\\nline', 'quote\\"', 'slash\\\\n', 'cat', '}'].map((name) => `,class="${name}"`);
  expect(labels).toEqual(['', ...classes].map((rest) => `${head}${rest}}`));
});

it('is a file before the first set, refuses what the collector would not read, and says what fails', async () => {
  await new PrometheusTracker(path, folder).update();
  expect(parse(readFileSync(path, 'utf8')).size).toBe(7);
  expect(() => new PrometheusTracker('watch.txt', folder)).toThrow('names end in .prom');
  const lost = new PrometheusTracker(join(folder, 'no/such.prom'), folder);
  await expect(lost.update()).rejects.toThrow('there is no such folder');
  symlinkSync('/dev/full', join(folder, 'full.prom'));
  if (process.platform === 'linux')
    await expect(new PrometheusTracker(join(folder, 'full.prom'), folder).update()).rejects.toThrow(
      'the disk is full',
    );
  chmodSync(path, 0o644);
});
