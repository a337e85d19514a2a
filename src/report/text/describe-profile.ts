import type { RunPart, RunProfile } from '../../core/run-profile.js';
import { formatDuration } from './numbers.js';

const WORDS: Readonly<Record<RunPart, string>> = {
  inspect: 'read and hash files',
  decode: 'decode pictures',
  wait: 'wait for pictures',
  resize: 'resize outside the graph',
  infer: 'run networks',
  store: 'write rows',
  metric: 'compute metrics',
  other: 'everything else',
};

const BAR_CHARACTERS = 30;

/** A line for each thread and what it did, with its share of the run as a bar. */
export function describeProfile({ wallMs, shares }: RunProfile): string[] {
  const shown = shares.filter(({ ms }) => ms >= wallMs / 1000);
  const rows = shown.map(({ thread, part, ms }) => ({
    thread,
    what: WORDS[part],
    time: formatDuration(ms / 1000),
    percent: `${Math.round((100 * ms) / wallMs)} %`,
    bar: '█'.repeat(Math.round((BAR_CHARACTERS * Math.min(ms, wallMs)) / wallMs)),
  }));
  const width = (key: 'thread' | 'what' | 'time' | 'percent') =>
    Math.max(0, ...rows.map((row) => row[key].length));
  const [threads, whats, times, percents] = [width('thread'), width('what'), width('time'), width('percent')];
  return [
    `Where ${formatDuration(wallMs / 1000)} went (threads work at the same time):`,
    ...rows.map(({ thread, what, time, percent, bar }) =>
      `  ${thread.padEnd(threads)}  ${what.padEnd(whats)}  ${time.padStart(times)}  ${percent.padStart(percents)}  ${bar}`.trimEnd(),
    ),
  ];
}
