import type { BatchSpec } from '../adversarial/trainer.js';
import type { ImprovedSettings } from './settings.js';

/**
 * The batches of a step, of which the first one decides the length of an epoch.
 *
 * @param labeledRows pictures whose labels are used
 */
export function batchSpecsOf(
  { batchSize: size, labelsPerClass, generatorLoss, labeledOnly }: ImprovedSettings,
  labeledRows: Int32Array,
): Readonly<Record<string, BatchSpec>> {
  const matchesFeatures = generatorLoss.startsWith('feature-matching') && !labeledOnly;
  return {
    // Read with labeledOnly too, so that an epoch has as many steps as in the run that it is compared with.
    unlabeled: { size },
    ...(labelsPerClass > 0 ? { labeled: { size, rows: labeledRows } } : {}),
    ...(matchesFeatures ? { matched: { size } } : {}),
  };
}
