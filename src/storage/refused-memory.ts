import { StorageError } from '../core/errors.js';
import { isCausedBy } from './is-caused-by.js';

/** What Node, V8, WebAssembly and ONNX Runtime say. */
const REFUSED =
  /\b(?:ENOMEM|ERR_WORKER_OUT_OF_MEMORY|bad_alloc)\b|array buffer allocation failed|cannot allocate (?:wasm )?memory|could not allocate memory|failed to allocate memory/i;

/** Whether an error, or what caused it, is that the system gives the process no more memory. */
export function isRefusedMemory(error: unknown): boolean {
  return isCausedBy(error, REFUSED);
}

/** The error as one about memory, if that was refused, whatever it was taken for; else the error itself. */
export function explainRefusedMemory(error: unknown): unknown {
  if (!isRefusedMemory(error)) return error;
  return new StorageError(
    'The system gives the program no more memory: end other programs, raise the limit ("ulimit -v", or that of the container or job), or lower --threads, --batch-size or --max-memory.',
    { cause: error },
  );
}
