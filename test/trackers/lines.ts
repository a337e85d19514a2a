import type { WatchEvent, WatchLine, WatchMetric } from '../../src/documents/watch.js';

const FACTS = { title: 'FID', unit: '', direction: 'lower', n: 500 } as const;

export function metric(id: string, value: number, more: Partial<WatchMetric> = {}): WatchMetric {
  return { id, ...FACTS, value, ...more };
}

/** The line of the set at a place, a minute after the one before. */
export function line(index: number, more: Partial<Extract<WatchLine, { status: 'scored' }>> = {}): WatchLine {
  return {
    schema: 'ganeval/watch@1',
    set: `step_${index}`,
    step: 100 * index,
    status: 'scored',
    metrics: [
      metric('fid', 15 + index, { interval: { level: 0.95, low: 10, high: 20 }, ofReal: { value: 0.5 } }),
    ],
    warnings: [],
    events: [],
    run: { time: new Date(1.7e12 + 60_000 * index).toISOString(), seconds: 1.5 },
    ...more,
  };
}

export function failedLine(index: number, reason: string): WatchLine {
  const { schema, set, step, run } = line(index);
  return { schema, set, step, status: 'failed', reason, metrics: [], warnings: [], events: [], run };
}

export function event(message: string, more: Partial<WatchEvent> = {}): WatchEvent {
  return {
    kind: 'collapse',
    metric: 'fid',
    since: { set: 'step_1', step: 100 },
    message,
    evidence: { statistic: 2, threshold: 1 },
    ...more,
  };
}
