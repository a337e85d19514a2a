import { parentPort, workerData } from 'node:worker_threads';
import { type FileTask, runFileTask } from './file-tasks.js';

/** A message to the worker, which answers `{ id, result }` to each in turn and ends when there is nothing more to do. */
export type WorkerRequest = { readonly id: number; readonly task: FileTask } | 'end';

// Shared with the pool: the task at hand and the position in it, so that a death can be laid at a file's door.
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
  parentPort?.postMessage({ id, result }, result.slabs as ArrayBuffer[]);
}
