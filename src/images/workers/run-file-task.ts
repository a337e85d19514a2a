import { performance } from 'node:perf_hooks';
import { decodePictures } from './decode-pictures.js';
import type { FileTask, FileTaskResult } from './file-task.js';
import { inspectPictures } from './inspect-pictures.js';
import { NOTHING_DECODED, NOTHING_INSPECTED } from './packed-results.js';

/**
 * Runs a task in this thread.
 *
 * @param onPosition called with the position of the picture that comes next, or `SEVERAL`; it lets the pool name the picture that crashed
 *   the worker
 */
export async function runFileTask(
  task: FileTask,
  onPosition: (position: number) => void,
): Promise<FileTaskResult> {
  const start = performance.now();
  const canceled = new Int32Array(task.canceled);
  const begin = (position: number) => {
    if (Atomics.load(canceled, 0) !== 0) return false;
    onPosition(position);
    return true;
  };
  const { problems, ...found } =
    task.kind === 'inspect' ? await inspectPictures(task, begin) : await decodePictures(task, begin);
  return {
    inspected: NOTHING_INSPECTED,
    decoded: NOTHING_DECODED,
    slabs: [],
    ...found,
    failures: problems.failures,
    changed: problems.changed,
    ms: performance.now() - start,
  };
}
