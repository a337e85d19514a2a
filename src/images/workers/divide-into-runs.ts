/** Pictures of the first tasks, and of those of a long run, which then has fewer messages between threads. Multiples of a batch. */
const FILES_A_TASK = 64;
const MOST_FILES_A_TASK = 256;
/** Tasks of a size for each thread before there are larger ones. */
const TASKS_OF_A_SIZE = 4;
const BYTES_A_TASK = 1 << 20;

/** Pictures that are worth a task. */
export interface PictureRun {
  readonly indices: readonly number[];
  /** Of their pixels, as far as known. */
  readonly bytes: number;
}

/**
 * Divides pictures into runs that are worth a task: many small ones, or one large one.
 *
 * @param expectedBytes of the pixels of a picture
 * @param threads that share the tasks
 */
export function* divideIntoRuns(
  indices: Iterable<number>,
  expectedBytes: (index: number) => number,
  threads: number,
): Generator<PictureRun> {
  let run: number[] = [];
  let bytes = 0;
  let most = FILES_A_TASK;
  let runs = 0;
  for (const index of indices) {
    run.push(index);
    bytes += expectedBytes(index);
    if (run.length < most && bytes < BYTES_A_TASK) continue;
    yield { indices: run, bytes };
    if (++runs % (threads * TASKS_OF_A_SIZE) === 0) most = Math.min(2 * most, MOST_FILES_A_TASK);
    run = [];
    bytes = 0;
  }
  if (run.length > 0) yield { indices: run, bytes };
}
