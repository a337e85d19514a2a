import type { WatchLine } from '../documents/watch.js';

/**
 * What is made of a watch's lines beside `watch.jsonl`: a page, a table, another program's files. All of it can be made again from the
 * lines, so that its failing never ends the watch. It writes under another name and renames.
 */
export interface LineFollower {
  /** As a note speaks of it: "report.html". */
  readonly name: string;
  /**
   * Is given every line in order, those of earlier runs first.
   *
   * @param isOld whether it was there when this run began
   */
  take(line: WatchLine, isOld: boolean): void;
  /** Writes what it has: called after the lines of earlier runs, and after each new one. */
  update(): Promise<void>;
  close?(): Promise<void>;
}

/** Followers whose failures are told, once each until they work again, and tried again. */
export class LineFollowers {
  readonly #failing = new Set<LineFollower>();

  constructor(
    private readonly followers: readonly LineFollower[],
    private readonly onNote: (note: string) => void = () => {},
    private readonly signal?: AbortSignal,
  ) {}

  take(line: WatchLine, isOld: boolean): void {
    for (const follower of this.followers) follower.take(line, isOld);
  }

  async update(): Promise<void> {
    for (const follower of this.followers) await this.#update(follower);
  }

  /** What failed before is tried a last time, unless the watch was interrupted. */
  async close(): Promise<void> {
    for (const follower of this.followers) {
      if (this.#failing.has(follower) && !this.signal?.aborted) await this.#update(follower);
      try {
        await follower.close?.();
      } catch (error) {
        this.onNote(`${follower.name} could not be finished: ${sentence(error)}`);
      }
    }
  }

  async #update(follower: LineFollower): Promise<void> {
    try {
      await follower.update();
      this.#failing.delete(follower);
    } catch (error) {
      // What an interruption ended has not failed.
      this.signal?.throwIfAborted();
      if (this.#failing.has(follower)) return;
      this.#failing.add(follower);
      this.onNote(
        `${follower.name} could not be written, and is tried again at the next set: ${sentence(error)}`,
      );
    }
  }
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
