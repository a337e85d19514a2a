import type { RunHooks } from '../../core/run-hooks.js';
import type { ResultFacts } from './measurement.js';

/** The metrics of the samples that failed by a fault when the result was made, as sentences: no number of theirs is compared. */
export function noteFailed(name: string, { metrics }: ResultFacts): string[] {
  return metrics.flatMap((entry) =>
    entry.status === 'not-computed' && entry.fault !== undefined && entry.subject === 'samples'
      ? [`${entry.title} of ${name} was not computed: ${entry.reason}`]
      : [],
  );
}

/** Tells a program of them, as the score told the one that made the result. */
export function reportFailed(name: string, { metrics }: ResultFacts, { onFault }: RunHooks): void {
  for (const entry of metrics) {
    if (entry.status === 'ok' || entry.fault === undefined || entry.subject !== 'samples') continue;
    const { id, title, subject, fault, reason } = entry;
    onFault?.({ id, title, subject, fault, error: new Error(`${name}: ${reason.replace(/\.$/, '')}`) });
  }
}
