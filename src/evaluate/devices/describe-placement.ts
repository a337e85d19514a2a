import type { Placement } from '../../devices/choice/place-job.js';
import type { EvaluationResult } from '../../documents/result.js';

/** What a result says of where its networks ran; what the system doesn't say is left out. */
export function describePlacement(
  placement: Placement | undefined,
): Pick<EvaluationResult['run'], 'device' | 'adapter' | 'driver'> {
  if (!placement) return { device: null };
  const { device, adapter, driver } = placement;
  return { device, ...(adapter !== undefined && { adapter }), ...(driver !== undefined && { driver }) };
}
