import type { EvaluationResult } from '../evaluate/result.js';
import type { GateConfig } from './config.js';
import type { GateVerdict } from './verdict.js';

/** Judges a result against a baseline by the rules of a config. */
export function compareWithBaseline(
  _baseline: EvaluationResult,
  _now: EvaluationResult,
  _config: GateConfig,
): GateVerdict {
  throw new Error('not yet written');
}
