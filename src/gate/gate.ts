import { dirname } from 'node:path';
import { ImagesError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { Baseline } from '../documents/baseline.js';
import { type GateConfigInput, parseGateConfig } from '../documents/gate-config.js';
import type { EvaluationResult } from '../documents/result.js';
import type { GateVerdict } from '../documents/verdict.js';
import type { PictureInput } from '../evaluate/input.js';
import { score } from '../evaluate/score.js';
import { type BaselineChange, listChanges } from './baseline-changes.js';
import { readBaseline, readOldBaseline, readResult, writeBaseline } from './baseline-file.js';
import { reportFailed } from './judging/failed-metrics.js';
import { compareWithBaseline } from './judging/judge-all.js';
import { type PowerOptions, type PowerPlan, planPower } from './judging/power.js';
import { type AgainOptions, scoreAgain } from './score-again.js';

/** Pictures (a path or an opened source), a result that `score` gave, or the path of one (ending in .json). */
export type GateSubject = PictureInput | EvaluationResult;

/** What is judged, and by what. */
export interface GateInput extends AgainOptions {
  /** What is judged: pictures, or a result. */
  readonly samples: GateSubject;
  /** Path of the baseline, or the document. */
  readonly baseline: string | Baseline;
  /** The rules: tolerances, α and the metrics that are judged. @default the rules of a gate without a configuration */
  readonly config?: GateConfigInput;
}

/** The verdict, and what it is about. */
export interface GateOutcome {
  /** Passed or failed, with a row for each comparison. */
  readonly verdict: GateVerdict;
  /** What was measured. */
  readonly result: EvaluationResult;
}

/**
 * Decides whether pictures are worse than a baseline by more than chance or the tolerances allow. Pictures are scored
 * with the baseline's own networks, metrics, settings and reference; a result is compared as it is.
 *
 * @param input what is judged, by which baseline and rules, and options of the score
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the verdict with a row for each comparison, and the result that was judged
 * @throws {UsageError} for a baseline, a result or rules that can't be used
 * @throws {ImagesError} for pictures that can't be used, or a reference that is not where it was
 * @throws {NetworkError} for a network of the baseline that is not here, or a device that can't run
 * @throws {StorageError} for a cache that can't be written
 * @example
 * const { verdict } = await gate({ samples: './samples', baseline: 'baseline.json', config: { alpha: 0.01 } });
 * for (const row of verdict.rows) if (row.status !== 'pass') console.log(row.metric, row.class, row.reason);
 */
export async function gate(
  { samples, baseline: named, config = {}, ...options }: GateInput,
  hooks: RunHooks = {},
): Promise<GateOutcome> {
  const baseline = typeof named === 'string' ? await readBaseline(named) : named;
  const rules = parseGateConfig(config, 'What was given as rules');
  const scored = await asResult(samples);
  const result =
    scored ??
    (await scoreAgain(
      { ...options, samples: samples as PictureInput, before: baseline, folder: folderOf(named) },
      hooks,
    ));
  reportFailed('the baseline', baseline, hooks);
  if (scored) reportFailed('the result', scored, hooks);
  return { verdict: compareWithBaseline(baseline, result, rules), result };
}

function folderOf(baseline: string | Baseline): string | undefined {
  return typeof baseline === 'string' ? dirname(baseline) : undefined;
}

/** The result, if the subject is one or names one; undefined for pictures. */
export async function asResult(subject: GateSubject): Promise<EvaluationResult | undefined> {
  if (typeof subject === 'string') return isResultPath(subject) ? readResult(subject) : undefined;
  return 'schema' in subject ? subject : undefined;
}

/** Whether a path names a result rather than pictures. */
export function isResultPath(path: string): boolean {
  return path.toLowerCase().endsWith('.json');
}

/** What an update changed. */
export interface BaselineUpdate {
  /** Path of the baseline. */
  readonly path: string;
  /** What differs from the baseline that was there; undefined if there was none that could be read. */
  readonly changes: readonly BaselineChange[] | undefined;
  /** The metrics of the samples that the new baseline has no value for, and why, as sentences. */
  readonly missing?: readonly { readonly title: string; readonly reason: string }[];
}

/** What becomes the new baseline, and how pictures are scored for it. */
export interface BaselineInput extends AgainOptions {
  /** What becomes the baseline: pictures, or a result. */
  readonly samples: GateSubject;
  /** Path of the baseline. */
  readonly baseline: string;
}

/**
 * Writes a result as the new baseline. Pictures are scored as the old baseline says, where there is one, even if its
 * networks or its reference have changed since; else with the defaults.
 *
 * @param input what becomes the baseline, and options of the score
 * @param hooks progress, notes, and a signal that ends the run
 * @returns what changed in the baseline
 * @throws {UsageError} for a result that can't be read
 * @throws {ImagesError} for pictures or a reference that can't be used
 * @throws {NetworkError} for a network or device that is missing, damaged or unfit
 * @throws {StorageError} for a baseline or a cache that can't be written
 * @example
 * const { changes = [] } = await updateBaseline({ samples: './samples', baseline: 'baseline.json' });
 * for (const { what, before, after } of changes) console.log(`${what}: ${before} is now ${after}`);
 */
export async function updateBaseline(
  { samples, baseline: path, ...options }: BaselineInput,
  hooks: RunHooks = {},
): Promise<BaselineUpdate> {
  const old = await readOldBaseline(path);
  const input = { ...options, samples: samples as PictureInput };
  const result =
    (await asResult(samples)) ??
    (old
      ? await scoreAgain({ ...input, before: old, folder: dirname(path), otherNetworks: 'accept' }, hooks)
      : await score(input, hooks));
  const unusable = [result.samples, result.reference].flatMap((set) => set?.unusable ?? []);
  if (unusable.length > 0) throw new ImagesError(unusable.map(({ reason }) => reason).join(' '));
  const failed = result.metrics.find((entry) => entry.status === 'not-computed' && entry.fault === 'ganeval');
  // A baseline without it would let everything pass.
  if (failed?.status === 'not-computed')
    throw new Error(`${failed.title}: ${failed.reason.replace(/\.$/, '')}`);
  await writeBaseline(path, result);
  const missing = result.metrics.flatMap((entry) =>
    entry.status === 'not-computed' && entry.subject === 'samples'
      ? [{ title: entry.title, reason: entry.reason }]
      : [],
  );
  return { path, changes: old && listChanges(old, await readBaseline(path)), missing };
}

/** For which baseline and which drop sizes are planned. */
export interface PowerInput extends PowerOptions {
  /** Its path, or the document. */
  readonly baseline: string | Baseline;
}

/**
 * How many samples the gate needs to see a drop, from a baseline's own standard errors.
 *
 * @param input the baseline, the drop to be seen, and the rules
 * @returns for each metric the sizes that are needed, and the smallest drop that is seen now
 * @throws {UsageError} for a baseline that can't be used
 * @throws {RangeError} for a drop or a power out of range
 */
export async function planGatePower({ baseline, ...options }: PowerInput): Promise<PowerPlan> {
  const document = typeof baseline === 'string' ? await readBaseline(baseline) : baseline;
  return planPower(document, options);
}
