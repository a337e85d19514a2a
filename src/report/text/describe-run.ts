import type { EvaluationResult } from '../../documents/result.js';
import { formatCount, formatDuration, plural } from './numbers.js';

/**
 * "12 s on cpu, 2 threads; 9,000 pictures computed, 1,000 from the cache".
 *
 * @param asked the device that was named, if any: where everything came from the cache, it did nothing
 */
export function describeRun({ run }: Pick<EvaluationResult, 'run'>, asked?: string): string {
  const { picturesExtracted, picturesFromCache } = run;
  if (asked !== undefined && run.device === null && picturesExtracted === 0 && picturesFromCache > 0) {
    const rows =
      picturesFromCache === 1 ? 'the only row was' : `all ${formatCount(picturesFromCache)} rows were`;
    return `${formatDuration(run.durationMs / 1000)}; nothing ran on ${asked}: ${rows} in the cache`;
  }
  const adapter = run.adapter === undefined ? '' : ` (${run.adapter})`;
  const where = run.device === null ? '' : ` on ${run.device}${adapter}`;
  const threads = run.threads === null ? '' : `, ${plural(run.threads, 'thread')}`;
  const rows = `${plural(picturesExtracted, 'picture')} computed, ${formatCount(picturesFromCache)} from the cache`;
  return `${formatDuration(run.durationMs / 1000)}${where}${threads}; ${rows}`;
}
