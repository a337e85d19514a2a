import type { WatchLine } from '../../documents/watch.js';
import type { Tracker } from '../tracker.js';
import { appendSummary } from './append-summary.js';
import { toWatchMarkdown } from './watch-markdown.js';

/** Far below what GitHub takes, also with others' summaries in the same step. */
const MAX_BYTES = 100_000;
const LAST_SETS = 20;
const LAST_EVENTS = 50;

/** Adds a summary to the step of GitHub Actions that the watch runs in, when the watch ends. */
export class GithubSummaryTracker implements Tracker {
  readonly name = 'The summary for GitHub';
  readonly #lines: WatchLine[] = [];
  readonly #events: { set: string; message: string }[] = [];
  readonly #counts = { scored: 0, failed: 0 };
  #told = 0;

  /** @param path as `GITHUB_STEP_SUMMARY` names it */
  constructor(private readonly path: string) {}

  take(line: WatchLine): void {
    this.#counts[line.status]++;
    this.#told += line.events.length;
    this.#lines.push(line);
    this.#events.push(...line.events.map(({ message }) => ({ set: line.set, message })));
    this.#lines.splice(0, this.#lines.length - LAST_SETS);
    this.#events.splice(0, this.#events.length - LAST_EVENTS);
  }

  async update(): Promise<void> {}

  async close(): Promise<void> {
    await appendSummary(this.path, this.#toMarkdown());
  }

  /** As much of the last sets and events as there is room for. */
  #toMarkdown(): string {
    for (let kept = 1; ; kept /= 2) {
      const markdown = toWatchMarkdown({
        ...this.#counts,
        lines: last(this.#lines, Math.floor(LAST_SETS * kept)),
        events: last(this.#events, Math.floor(LAST_EVENTS * kept)),
        told: this.#told,
      });
      if (Buffer.byteLength(markdown) <= MAX_BYTES || kept < 1 / LAST_EVENTS) return markdown;
    }
  }
}

function last<T>(all: readonly T[], count: number): T[] {
  return count === 0 ? [] : all.slice(-count);
}
