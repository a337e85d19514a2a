import { parentPort, workerData } from 'node:worker_threads';
import { collectGarbage } from '../../core/collect-garbage.js';
import type { FileTask } from './file-task.js';
import { runFileTask } from './run-file-task.js';

/** A message to the worker, which answers `{ id, result }` to each task in turn; `'end'` lets it end. */
export type WorkerRequest = { readonly id: number; readonly task: FileTask } | 'end';

// Shared with the pool: the current task and the position in it. It lets the pool name the picture that crashed the worker.
const at = new Int32Array((workerData as { at: SharedArrayBuffer }).at);

let previous: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: WorkerRequest) => {
  previous = previous.then(() =>
    request === 'end' ? parentPort?.close() : answer(request.id, request.task),
  );
});

async function answer(id: number, task: FileTask): Promise<void> {
  const result = await runFileTask(task, (position) => {
    Atomics.store(at, 1, position);
    Atomics.store(at, 0, id);
  });
  const bytes = result.slabs.reduce((sum, { byteLength }) => sum + byteLength, 0);
  parentPort?.postMessage({ id, result }, result.slabs as ArrayBuffer[]);
  collectGarbage(bytes);
}
