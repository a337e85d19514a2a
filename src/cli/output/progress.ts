import { Presets, SingleBar } from 'cli-progress';
import type { ProgressEvent } from '../../core/run-hooks.js';
import { neutralize } from '../../escape/neutralize.js';
import { formatBytes, formatCount, formatDuration } from '../../report/text/numbers.js';
import { cut } from '../../report/text/text-table.js';

/** Steps that take less time than this get no bar. */
const DELAY_MS = 1000;
const BAR_WIDTH = 16;

interface Step {
  readonly startedMs: number;
  /** Where the step stood at its first event: what came from the cache says nothing about the rate. */
  readonly from: number;
}

/**
 * One bar on a terminal for the current step, with its rate and the time left. It is drawn on events, since inference
 * blocks timers, and erased when the step ends.
 */
export class ProgressBar {
  readonly #steps = new Map<string, Step>();
  readonly #now: () => number;
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;
  #shown = '';

  constructor(stream: NodeJS.WriteStream, now: () => number = Date.now) {
    this.#stream = stream;
    this.#now = now;
  }

  show(event: ProgressEvent): void {
    const key = `${event.stage} ${event.label}`;
    const nowMs = this.#now();
    const step = this.#steps.get(key) ?? { startedMs: nowMs, from: event.done };
    this.#steps.set(key, step);
    if (key !== this.#shown) this.clear();
    this.#shown = key;
    if (event.done >= event.total) {
      this.#steps.delete(key);
      this.clear();
      return;
    }
    if (nowMs - step.startedMs < DELAY_MS) return;
    const width = (this.#stream.columns || 80) - BAR_WIDTH - 2;
    const text = describeStep(event, step, nowMs, width);
    if (!this.#bar) {
      this.#bar = makeBar(this.#stream);
      this.#bar.start(event.total, event.done, { text });
    }
    this.#bar.setTotal(event.total);
    this.#bar.update(event.done, { text });
  }

  /** Erases the bar, so that something else can be written; the next event draws it again. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

function makeBar(stream: NodeJS.WriteStream): SingleBar {
  return new SingleBar(
    {
      stream,
      clearOnComplete: true,
      // The cursor and line wrapping stay as they are, so a program that crashes leaves the terminal as it was.
      hideCursor: false,
      linewrap: true,
      barsize: BAR_WIDTH,
      format: (options, { progress }, { text }) => {
        const full = Math.round(progress * BAR_WIDTH);
        const bar =
          `${options.barCompleteChar}`.repeat(full) + `${options.barIncompleteChar}`.repeat(BAR_WIDTH - full);
        return `${bar} ${text}`;
      },
    },
    Presets.shades_classic,
  );
}

/** "42 %  samples at 16×16  4,200/10,000  812/s  7.1 s left  loss 0.71"; the label is cut to what `width` leaves. */
export function describeStep(event: ProgressEvent, step: Step, nowMs: number, width: number): string {
  const { done, total, unit } = event;
  const after: string[] = [];
  const amount = unit === 'bytes' ? formatBytes : formatCount;
  if (unit !== '%') after.push(`${amount(done)}/${amount(total)}`);
  const rate = ((done - step.from) * 1000) / (nowMs - step.startedMs);
  if (rate > 0) {
    if (unit !== '%') after.push(`${rate < 10 ? rate.toFixed(1) : amount(Math.round(rate))}/s`);
    after.push(`${formatDuration((total - done) / rate)} left`);
  }
  if (event.detail) after.push(neutralize(event.detail));
  const percent = `${Math.floor((100 * done) / total)} %`;
  const others = [percent, ...after].reduce((sum, part) => sum + part.length + 2, 0);
  return [percent, cut(neutralize(event.label), Math.max(8, width - others)), ...after].join('  ');
}
