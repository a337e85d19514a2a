import { UsageError } from '../core/errors.js';
import type { EvaluationResult } from '../documents/result.js';
import { readDocument } from '../storage/read-whole.js';
import { writeWhole } from '../storage/write-whole.js';
import {
  type Basis,
  basisOf,
  describeOtherSize,
  findDifference,
  parseBasis,
  THE_REFERENCE,
} from './basis.js';
import { referenceChanged } from './reference-guard.js';

/** How a set stands beside those before it. */
export interface Standing {
  /** Why its values can't be compared with theirs, if they can't. */
  readonly reason?: string;
  /** What to say of it. */
  readonly warning?: string;
}

/** Keeps what all sets of a watch have in common, through restarts. */
export class BasisFile {
  #isOfThisRun = false;

  private constructor(
    private readonly path: string,
    private readonly metrics: readonly string[],
    private basis: Basis | undefined,
  ) {}

  /**
   * @param hasLines whether sets were scored before; without any, what is there means nothing
   * @throws {UsageError} if they were scored by other metrics
   */
  static async open(path: string, metrics: readonly string[], hasLines: boolean): Promise<BasisFile> {
    const text = hasLines ? await readDocument(path).catch(() => undefined) : undefined;
    const basis = text === undefined ? undefined : parseBasis(text);
    const file = new BasisFile(path, metrics, basis);
    const other = basis && findDifference(basis, { ...basis, metrics: [...metrics].sort() });
    if (other) throw file.#refusal(other.what);
    return file;
  }

  /**
   * Compares a score with those before it, and keeps the first.
   *
   * @throws {UsageError} if another thing is asked for than before
   * @throws {ImagesError} if the reference changed while this process watched
   * @throws {StorageError} if it can't be written
   */
  async check(result: EvaluationResult): Promise<Standing> {
    const own = basisOf(result, this.metrics);
    if (!this.basis) {
      await writeWhole(this.path, `${JSON.stringify(own, undefined, 2)}\n`);
      this.basis = own;
    }
    const other = findDifference(this.basis, own);
    // What was asked for stays the same as long as this process runs, so a difference that shows later is of the set.
    if (other?.of === 'run') {
      if (!this.#isOfThisRun) throw this.#refusal(other.what);
      if (other.what === THE_REFERENCE) throw referenceChanged();
    }
    this.#isOfThisRun = true;
    if (!other) return { warning: describeOtherSize(this.basis, own) };
    const what = `${other.what[0].toUpperCase()}${other.what.slice(1)}`;
    return {
      reason: `${what} is another one than that of the first set, so the values could not be compared: name one with --model and --classifier.`,
    };
  }

  #refusal(what: string): UsageError {
    return new UsageError(
      `The sets of this folder were scored with other options before (${what} differs), and values could not be compared: give the same options, or move its .ganeval away.`,
    );
  }
}
