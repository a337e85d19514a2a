import type { ComputedMetric, EvaluationResult } from '../documents/result.js';
import { type NetworkRole, networkOfId } from '../metrics/facts.js';

/** A result without the facts of its run. */
export type ScoredBefore = Omit<EvaluationResult, 'run'>;

/** A network as an entry of a result names it. */
export type UsedNetwork = NonNullable<ComputedMetric['extractor']>;

/** The network that made the numbers of the samples; `label` names one that is not the first. */
export function usedBy(
  { metrics }: ScoredBefore,
  role: NetworkRole,
  label?: string,
): UsedNetwork | undefined {
  return metrics.find(
    (entry): entry is ComputedMetric =>
      entry.status === 'ok' &&
      entry.subject === 'samples' &&
      entry.network === label &&
      networkOfId(entry.id) === role &&
      !!entry.extractor,
  )?.extractor;
}
