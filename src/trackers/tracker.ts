import type { WatchLine } from '../documents/watch.js';

/** What shows a watch's lines where people look; a watch takes it as a follower of its lines. */
export interface Tracker {
  /** As a note speaks of it. */
  readonly name: string;
  /** Is given every line in order, those of earlier runs first. */
  take(line: WatchLine): void;
  /** Writes or sends what it has. */
  update(): Promise<void>;
  close?(): Promise<void>;
}

/** Where a line stands on the axis of steps: its step, or its number from 0 on where its name has none. */
export function stepOf({ step }: Pick<WatchLine, 'step'>, index: number): number {
  return step ?? index;
}

/** Milliseconds since 1970 when a line was written; 0 where it does not say. */
export function timeOf({ run }: Pick<WatchLine, 'run'>): number {
  const time = Date.parse(run.time);
  return Number.isFinite(time) && time > 0 ? time : 0;
}
