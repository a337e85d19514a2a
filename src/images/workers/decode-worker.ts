import { parentPort, workerData } from 'node:worker_threads';
import { type FileTask, runFileTask } from './file-tasks.js';

/** A message to the worker, which answers `{ id, result }` to each in turn. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: FileTask;
}

// Shared with the pool: the task at hand and the position in it, so that a death can be laid at a file's door.
const at = new Int32Array((workerData as { at: SharedArrayBuffer }).at);

let previous: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: WorkerRequest) => {
  previous = previous.then(() => answer(request));
});

async function answer({ id, task }: WorkerRequest): Promise<void> {
  const result = await runFileTask(task, (position) => {
    Atomics.store(at, 1, position);
    Atomics.store(at, 0, id);
  });
  parentPort?.postMessage({ id, result }, result.slabs as ArrayBuffer[]);
}
