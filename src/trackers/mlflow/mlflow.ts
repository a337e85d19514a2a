import { randomUUID } from 'node:crypto';
import type { WatchLine } from '../../documents/watch.js';
import { neutralize } from '../../escape/neutralize.js';
import { type Tracker, timeOf } from '../tracker.js';
import type { MlflowAddress } from './address.js';
import { type ClientLimits, MlflowClient } from './client.js';
import { type MlflowMetric, metricsOfLine } from './metrics-of-line.js';
import { type MlflowProgress, readProgress, writeProgress } from './progress-file.js';
import { makeRun } from './run.js';

/** MLflow takes no more in one request. */
const MAX_METRICS = 1000;
/** A tag may have 8000 characters. */
const MAX_TAG = 7000;
const MAX_MESSAGES = 100;
/** After a failure the server is left alone for so long, so that sets are not kept waiting each time. */
const PAUSE_MS = 30_000;
/** So long an interrupted watch waits for the server. */
const FAREWELL_MS = 1500;

export interface MlflowOptions extends ClientLimits {
  readonly address: MlflowAddress;
  /** The file that says how far the server has the lines. */
  readonly progressFile: string;
  /** Name of the experiment. */
  readonly experiment: string;
  /** A run that is there, such as the training's own; otherwise one is made. */
  readonly runId?: string;
  /** Of a run that is made. */
  readonly runName: string;
  /** @default 30000 */
  readonly pauseMs?: number;
}

interface WaitingLine {
  readonly time: number;
  readonly metrics: readonly MlflowMetric[];
  readonly messages: readonly string[];
}

/** Sends lines to an MLflow server. Those that a server which is away misses are sent when it is back, by this process or the next. */
export class MlflowTracker implements Tracker {
  readonly name = 'MLflow';
  readonly #client: MlflowClient;
  /** Lines from the number `#first` on. */
  readonly #waiting: WaitingLine[] = [];
  #first = 0;
  readonly #messages: string[] = [];
  #progress: (MlflowProgress & { readonly runId: string }) | undefined;
  #failure: { readonly error: unknown; readonly at: number } | undefined;

  constructor(private readonly options: MlflowOptions) {
    this.#client = new MlflowClient(options.address, options);
  }

  take(line: WatchLine): void {
    const reason = line.status === 'failed' ? [`failed: ${line.reason}`] : [];
    this.#waiting.push({
      time: timeOf(line),
      metrics: metricsOfLine(line, this.#first + this.#waiting.length),
      messages: [...reason, ...line.events.map(({ message }) => message)].map((text) =>
        neutralize(`${line.set}: ${text}`),
      ),
    });
  }

  async update(): Promise<void> {
    const { pauseMs = PAUSE_MS } = this.options;
    if (this.#failure && performance.now() - this.#failure.at < pauseMs) throw this.#failure.error;
    try {
      await this.#send();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = { error, at: performance.now() };
      throw error;
    }
  }

  /** A run that the watch made is finished; the next watch begins it again. */
  async close(): Promise<void> {
    try {
      if (this.#progress && !this.#failure) await this.#finish();
    } finally {
      await this.#client.close();
    }
  }

  /** Where the watch was interrupted, somebody waits for its end: the server is given a moment alone. */
  async #finish(): Promise<void> {
    const { signal, timeoutMs = FAREWELL_MS } = this.options;
    if (!signal?.aborted) return this.#setStatus('FINISHED');
    const client = new MlflowClient(this.options.address, {
      timeoutMs: Math.min(timeoutMs, FAREWELL_MS),
      signal: AbortSignal.timeout(FAREWELL_MS),
    });
    try {
      await this.#setStatus('FINISHED', client);
    } finally {
      await client.close();
    }
  }

  async #send(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const progress = this.#progress ?? (await this.#begin());
    this.#skip(progress.sent);
    while (this.#waiting.length > 0) {
      const lines = this.#nextLines();
      await this.#sendLines(progress.runId, lines);
      this.#skip(this.#first + lines.length);
      await writeProgress(this.options.progressFile, { ...progress, sent: this.#first });
    }
  }

  /** Finds out how far the server has the lines, and makes a run where it has none. */
  async #begin(): Promise<MlflowProgress & { readonly runId: string }> {
    const { address, progressFile, experiment, runId: given, runName } = this.options;
    const before = await readProgress(progressFile);
    const goesOn = before?.url === address.url && (given === undefined || before.runId === given);
    const progress: MlflowProgress = goesOn
      ? before
      : { schema: 'ganeval/mlflow@1', url: address.url, watch: randomUUID(), sent: 0 };
    if (!goesOn) await writeProgress(progressFile, progress);
    const { watch } = progress;
    const run = { experiment, name: runName, startTime: this.#waiting[0].time, watch };
    const runId = given ?? progress.runId ?? (await makeRun(this.#client, run, goesOn));
    if (progress.runId !== runId) await writeProgress(progressFile, { ...progress, runId });
    this.#progress = { ...progress, runId };
    if (progress.sent > 0) await this.#setStatus('RUNNING');
    return this.#progress;
  }

  /** Forgets the lines before a number, which the server has. */
  #skip(number: number): void {
    for (const { messages } of this.#waiting.splice(0, number - this.#first))
      this.#messages.push(...messages);
    this.#messages.splice(0, this.#messages.length - MAX_MESSAGES);
    this.#first = Math.max(this.#first, number);
  }

  /** As many lines as one request takes, and at least one. */
  #nextLines(): WaitingLine[] {
    const lines: WaitingLine[] = [];
    let count = 0;
    for (const line of this.#waiting) {
      count += line.metrics.length;
      if (lines.length > 0 && count > MAX_METRICS) break;
      lines.push(line);
    }
    return lines;
  }

  async #sendLines(runId: string, lines: readonly WaitingLine[]): Promise<void> {
    const metrics = lines.flatMap((line) => line.metrics);
    const fresh = lines.flatMap(({ messages }) => messages);
    const tags =
      fresh.length > 0 ? [{ key: 'ganeval.events', value: lastOf([...this.#messages, ...fresh]) }] : [];
    for (let from = 0; from < Math.max(metrics.length, tags.length); from += MAX_METRICS) {
      await this.#client.ask('POST', 'runs/log-batch', {
        run_id: runId,
        metrics: metrics.slice(from, from + MAX_METRICS),
        tags: from === 0 ? tags : [],
      });
    }
  }

  /** Of a run that is the training's own, the training says how it stands. */
  async #setStatus(status: 'RUNNING' | 'FINISHED', client = this.#client): Promise<void> {
    if (this.options.runId !== undefined || !this.#progress) return;
    await client.ask('POST', 'runs/update', {
      run_id: this.#progress.runId,
      status,
      ...(status === 'FINISHED' && { end_time: Date.now() }),
    });
  }
}

/** The last messages that a tag has room for, a line each. */
function lastOf(messages: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const message of [...messages].reverse()) {
    length += message.length + 1;
    if (length > MAX_TAG) break;
    kept.unshift(message);
  }
  return kept.length > 0 ? kept.join('\n') : (messages.at(-1) ?? '').slice(0, MAX_TAG);
}
