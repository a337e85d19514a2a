import type { EvaluationResult } from '../../documents/result.js';
import { formatCount, formatDuration, plural } from './numbers.js';

/** "12 s on cpu, 2 threads; 9,000 pictures computed, 1,000 from the cache". */
export function describeRun({ run }: Pick<EvaluationResult, 'run'>): string {
  const adapter = run.adapter === undefined ? '' : ` (${run.adapter})`;
  const where = run.device === null ? '' : ` on ${run.device}${adapter}`;
  const threads = run.threads === null ? '' : `, ${plural(run.threads, 'thread')}`;
  const rows = `${plural(run.picturesExtracted, 'picture')} computed, ${formatCount(run.picturesFromCache)} from the cache`;
  return `${formatDuration(run.durationMs / 1000)}${where}${threads}; ${rows}`;
}
