import { UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { Baseline } from '../documents/baseline.js';
import { type GateConfig, type GateConfigInput, parseGateConfig } from '../documents/gate-config.js';
import type { EvaluationResult } from '../documents/result.js';
import type { GateVerdict } from '../documents/verdict.js';
import { score } from '../evaluate/score.js';
import type { ImageSource } from '../images/image-source.js';
import { type BaselineChange, listChanges } from './baseline-changes.js';
import { readBaseline, readOldBaseline, readResult, writeBaseline } from './baseline-file.js';
import { compareWithBaseline } from './judging/judge-all.js';
import { type PowerOptions, type PowerPlan, planPower } from './judging/power.js';
import { type AgainOptions, scoreAgain } from './score-again.js';

/** Pictures (a path or an opened source), a result that `score` gave, or the path of one (ending in .json). */
export type GateSubject = string | ImageSource | EvaluationResult;

export interface GateOptions extends AgainOptions {
  /** Path of the baseline, or the document. */
  readonly baseline: string | Baseline;
  readonly config?: GateConfigInput;
}

export interface GateOutcome {
  readonly verdict: GateVerdict;
  /** What was measured. */
  readonly result: EvaluationResult;
}

/**
 * Tells whether pictures are worse than a baseline by more than chance or the tolerances allow. Pictures are scored
 * with the baseline's own networks, metrics, settings and reference; a result is compared as it is.
 *
 * Throws UsageError for a baseline or rules that can't be used, and what `scoreAgain` throws.
 */
export async function gate(
  subject: GateSubject,
  { baseline: named, config = {}, ...options }: GateOptions,
  hooks: RunHooks = {},
): Promise<GateOutcome> {
  const baseline = typeof named === 'string' ? await readBaseline(named) : named;
  const rules = readConfig(config);
  const given = await asResult(subject);
  const result = given ?? (await scoreAgain(subject as string | ImageSource, baseline, options, hooks));
  return { verdict: compareWithBaseline(baseline, result, rules), result };
}

function readConfig(config: GateConfigInput): GateConfig {
  try {
    return parseGateConfig(config);
  } catch (error) {
    throw new UsageError(`What was given as rules ${(error as Error).message}.`);
  }
}

/** The result, if the subject is one or names one; undefined for pictures. */
async function asResult(subject: GateSubject): Promise<EvaluationResult | undefined> {
  if (typeof subject === 'string') return isResultPath(subject) ? readResult(subject) : undefined;
  return 'schema' in subject ? subject : undefined;
}

/** Whether a path names a result rather than pictures. */
export function isResultPath(path: string): boolean {
  return path.toLowerCase().endsWith('.json');
}

export interface BaselineUpdate {
  readonly path: string;
  /** What differs from the baseline that was there; undefined if there was none that could be read. */
  readonly changes: readonly BaselineChange[] | undefined;
}

/**
 * Writes a result as the new baseline. Pictures are scored as the old baseline says, where there is one, even if its
 * networks or its reference are others by now; else with the defaults.
 *
 * Throws what `score` throws, UsageError for a result that can't be read, and StorageError.
 */
export async function updateBaseline(
  subject: GateSubject,
  path: string,
  options: AgainOptions = {},
  hooks: RunHooks = {},
): Promise<BaselineUpdate> {
  const old = await readOldBaseline(path);
  const given = await asResult(subject);
  const pictures = subject as string | ImageSource;
  const result =
    given ??
    (old ? await scoreAgain(pictures, old, options, hooks, 'accept') : await score(pictures, options, hooks));
  await writeBaseline(path, result);
  return { path, changes: old && listChanges(old, await readBaseline(path)) };
}

/**
 * How many samples the gate needs to see a drop, from a baseline's own standard errors. Throws UsageError for a baseline
 * that can't be used, RangeError for a drop or a power out of range.
 *
 * @param baseline its path, or the document
 */
export async function planGatePower(baseline: string | Baseline, options: PowerOptions): Promise<PowerPlan> {
  const document = typeof baseline === 'string' ? await readBaseline(baseline) : baseline;
  return planPower(document, options);
}
