import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { isTemporaryName } from '../../storage/leftovers.js';
import { makeFolder } from '../../storage/make-folder.js';
import { withTrainingLock } from '../loop/training-lock.js';

const CHECKPOINT = 'checkpoint.safetensors';
const LOG = 'log.jsonl';
const METRICS = 'metrics.csv';
const REPORT = 'report.html';
const SAMPLES = 'samples';
const SETS = 'sets';
const KEPT = 'checkpoints';
const LOCK = '.lock';
const OWN_NAMES: readonly string[] = [CHECKPOINT, LOG, METRICS, REPORT, SAMPLES, SETS, KEPT, LOCK];
const DIGITS = 8;

/** Files of a run. */
export interface RunPaths {
  /** The folder of the run. */
  readonly folder: string;
  /** State of the run. */
  readonly checkpoint: string;
  /** JSON lines of losses and scores. */
  readonly log: string;
  /** CSV of losses and scores. */
  readonly metrics: string;
  /** HTML page with curves and grids. */
  readonly report: string;
  /** Folder with the grids of samples, PNG files by step. */
  readonly samples: string;
  /** Folder with sets of samples for a watch, zip archives by step; there with `setsEvery` alone. */
  readonly sets: string;
  /** Folder with checkpoints of scored steps, by step, to which a run may go back; there with `onCollapse` `rollback` and `adjust` alone. */
  readonly kept: string;
}

export function pathsOf(folder: string): RunPaths {
  return {
    folder,
    checkpoint: join(folder, CHECKPOINT),
    log: join(folder, LOG),
    metrics: join(folder, METRICS),
    report: join(folder, REPORT),
    samples: join(folder, SAMPLES),
    sets: join(folder, SETS),
    kept: join(folder, KEPT),
  };
}

/** samples/step-00001000.png */
export function gridPath({ samples }: RunPaths, step: number): string {
  return join(samples, `step-${String(step).padStart(DIGITS, '0')}.png`);
}

/** sets/step-00001000.zip */
export function setPath({ sets }: RunPaths, step: number): string {
  return join(sets, `step-${String(step).padStart(DIGITS, '0')}.zip`);
}

/** The step of a file in `samples`; undefined if it is no grid. */
export function stepOfGrid(name: string): number | undefined {
  const [, digits] = /^step-(\d+)\.png$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Runs `work` with the folder of a run, while no other process trains in it. Makes the folder if it is not there.
 *
 * @param resume whether a run that is there is resumed
 * @param work gets the files of the run, and what throws a StorageError if another process has taken the folder over
 * @throws {UsageError} if another process trains in it, if it has a run that is not resumed, or if it holds other files
 * @throws {StorageError} if it cannot be made
 */
export async function withRunFolder<T>(
  folder: string,
  resume: boolean,
  work: (paths: RunPaths, requirePlace: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const paths = pathsOf(folder);
  const { made, names } = await guardStorage(folder, async () => ({
    made: await makeFolder(folder),
    names: await readdir(folder),
  }));
  try {
    if (!names.includes(CHECKPOINT)) refuseOtherThings(folder, names);
    const place = { where: `in ${folder}`, instead: 'another folder with -o', checkpoint: paths.checkpoint };
    return await withTrainingLock(join(folder, LOCK), place, async (requirePlace) => {
      if (!resume) await mustBeNew(paths);
      const madeSamples = await guardStorage(paths.samples, () => makeFolder(paths.samples));
      try {
        return await work(paths, requirePlace);
      } finally {
        if (madeSamples !== undefined) await removeEmpty(paths.samples);
      }
    });
  } finally {
    if (made !== undefined) await removeEmpty(folder, made);
  }
}

/** Removes a folder and those above it up to `last`, as far as they are empty: a run that did not begin leaves nothing. */
async function removeEmpty(folder: string, last = folder): Promise<void> {
  for (let each = resolve(folder); each.startsWith(resolve(last)); each = dirname(each)) {
    const isGone = await rmdir(each).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

function refuseOtherThings(folder: string, names: readonly string[]): void {
  // Of a run that was killed before its first checkpoint, temporary files may be all that there is.
  const other = names.find((name) => !OWN_NAMES.includes(name) && !isTemporaryName(name));
  if (other === undefined) return;
  throw new UsageError(
    `The folder ${folder} holds ${JSON.stringify(other)} and no training run: name a new folder with -o.`,
  );
}

async function mustBeNew({ folder, checkpoint }: RunPaths): Promise<void> {
  if (!(await readdir(folder)).includes(CHECKPOINT)) return;
  throw new UsageError(
    `There is a run with the checkpoint ${checkpoint}: resume it with --resume, or name a new folder with -o.`,
  );
}
