import { GanevalError, ImagesError } from '../core/errors.js';
import type { MetricFault } from '../core/run-hooks.js';
import type { EvaluationResult, ImageSet } from '../documents/result.js';

/** What the program's exit code means; part of the command line's contract. */
export const EXIT = {
  fine: 0,
  gateFailed: 1,
  usage: 2,
  images: 3,
  network: 4,
  fault: 5,
  storage: 6,
  interrupted: 130,
} as const;

interface ExitMeaning {
  readonly code: number;
  /** In a few words, for the help. */
  readonly meaning: string;
  /** When it happens and what to do, as sentences. */
  readonly details: string;
}

/** Every exit code, for the help and the reference. */
export const EXIT_MEANINGS: readonly ExitMeaning[] = [
  { code: EXIT.fine, meaning: 'fine', details: 'The command did what it was asked for; a gate passed.' },
  {
    code: EXIT.gateFailed,
    meaning: 'the gate failed',
    details:
      '`ganeval gate` found a value that is worse than the rules allow, or one that it may not compare. The report says which. Or `ganeval watch` ended, with --once or --timeout, before its `--until` was met. Or `ganeval train` was ended by `--on-collapse stop`: its checkpoint is there.',
  },
  {
    code: EXIT.usage,
    meaning: 'wrong usage',
    details:
      'An option, an argument, a config file or a document is wrong. The message names it and what it takes.',
  },
  {
    code: EXIT.images,
    meaning: 'the pictures or the reference are unusable',
    details:
      'There are no pictures, one can’t be decoded, a network gives what is not finite for one, or not a single metric of the samples could be computed.',
  },
  {
    code: EXIT.network,
    meaning: 'the network or device is missing or unfit',
    details:
      'A network is not in the store, damaged or of another kind than needed, or the device is not there. `ganeval doctor` says what works.',
  },
  {
    code: EXIT.fault,
    meaning: 'a fault of ganeval',
    details:
      'Run the command again with `--debug` and report what it shows. Where a metric failed, the other metrics and the reports are there all the same. Of a metric that a program registered, the message says so.',
  },
  {
    code: EXIT.storage,
    meaning: 'no room or no permission to write',
    details:
      'The cache, the store or a report can’t be written: free some space or choose another folder. Or too many files are open: raise `ulimit -n`. Or the system gives no more memory: raise its limit, or lower `--threads`, `--batch-size` or `--max-memory`.',
  },
  {
    code: EXIT.interrupted,
    meaning: 'interrupted',
    details:
      'Ctrl-C, SIGTERM or SIGHUP stopped the run. What was extracted is in the cache, and the next run continues from there. A second one ends the program at once, by the signal itself (which shells show as 130, 143 or 129).',
  },
];

/** The exit code that an error stands for; what nothing else explains is a fault of ours. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof GanevalError) return EXIT[error.code];
  return error instanceof Error && error.name === 'AbortError' ? EXIT.interrupted : EXIT.fault;
}

/** Metrics that failed, in a run that did all the rest. */
export class FailedMetrics extends Error {
  override readonly name = 'FailedMetrics';
  /** What to do, as a sentence without its end. */
  readonly remedy: string;

  constructor(faults: readonly MetricFault[]) {
    const titles = [...new Set(faults.map(({ title }) => title))];
    const first = faults.find(({ fault }) => fault === 'ganeval') ?? faults[0];
    const message = first.error instanceof Error ? first.error.message : String(first.error);
    super(`${titles.join(', ')} could not be computed (${message})`, { cause: first.error });
    this.remedy =
      first.fault === 'ganeval' ? REPORT_FAULT : 'Report it to whoever wrote and registered the metric';
  }
}

/** What to do about a fault of ours, as a sentence without its end. */
export const REPORT_FAULT =
  'This is a fault of ganeval: run it again with --debug and report what that shows';

/**
 * Ends a command that did its work but for metrics that failed: to a program that must not look like a success.
 *
 * @throws {FailedMetrics} if there are some
 */
export function requireFaultless(faults: readonly MetricFault[]): void {
  if (faults.length > 0) throw new FailedMetrics(faults);
}

/**
 * Ends a command that had to leave metrics out because a network gave, for some pictures, what no metric can take.
 *
 * @throws {ImagesError} that names them
 */
export function requireUsable(sets: readonly (ImageSet | undefined)[]): void {
  const reasons = sets.flatMap((set) => (set?.unusable ?? []).map(({ reason }) => reason));
  if (reasons.length > 0) throw new ImagesError(reasons.join(' '));
}

/**
 * Ends a command whose score has not a single number of the samples: to a program that must not look like a success. What the
 * reference gets beside them is not what was asked for.
 *
 * @throws {ImagesError} with the reason of the first metric, or of a network whose output can't be used
 */
export function requireNumber({
  metrics,
  ...sets
}: Pick<EvaluationResult, 'metrics' | 'samples' | 'reference'>): void {
  requireUsable([sets.samples, sets.reference]);
  const asked = metrics.filter(({ subject }) => subject === 'samples');
  const reasons = asked.flatMap((entry) =>
    entry.status === 'ok' ? [] : [`${entry.title}: ${entry.reason}`],
  );
  // A fault is told as what it is.
  if (reasons.length < asked.length || asked.some((entry) => 'fault' in entry)) return;
  throw new ImagesError(`No metric could be computed. ${reasons[0] ?? 'None was asked for.'}`);
}
