import { resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { WATCH_EVENT_KINDS, type WatchLine } from '../../documents/watch.js';
import { writeWhole } from '../../storage/write-whole.js';
import type { Tracker } from '../tracker.js';
import { toExposition } from './exposition.js';

const ENDING = '.prom';

/** Keeps a file for the textfile collector of Prometheus's node_exporter. */
export class PrometheusTracker implements Tracker {
  readonly name: string;
  readonly #sets = { scored: 0, failed: 0 };
  /** Counters begin at 0, so that the first event is an increase. */
  readonly #events = new Map<string, number>(WATCH_EVENT_KINDS.map((kind) => [kind, 0]));
  #scored: { readonly line: WatchLine; readonly index: number } | undefined;
  #last: WatchLine | undefined;

  /**
   * @param folder that is watched
   * @throws {UsageError} for a file that the collector would not read
   */
  constructor(
    private readonly file: string,
    private readonly folder: string,
  ) {
    if (!file.endsWith(ENDING)) {
      throw new UsageError(
        `--prometheus cannot be ${JSON.stringify(file)}: node_exporter reads only files whose names end in ${ENDING}.`,
      );
    }
    this.name = `Prometheus's file ${file}`;
  }

  take(line: WatchLine): void {
    const index = this.#sets.scored + this.#sets.failed;
    this.#sets[line.status]++;
    for (const { kind } of line.events) this.#events.set(kind, (this.#events.get(kind) ?? 0) + 1);
    if (line.status === 'scored') this.#scored = { line, index };
    this.#last = line;
  }

  async update(): Promise<void> {
    await writeWhole(
      this.file,
      toExposition({
        folder: resolve(this.folder),
        scored: this.#scored,
        last: this.#last,
        sets: this.#sets,
        events: this.#events,
      }),
    );
  }
}
