import { StorageError } from '../core/errors.js';
import { EXIT } from './exit-codes.js';

export interface Interrupts {
  /** Aborts at the first Ctrl-C (or SIGTERM). */
  readonly signal: AbortSignal;
  stopWatching(): void;
}

/**
 * Makes the first Ctrl-C stop a run cleanly, and the second end the program at once.
 *
 * @param onFirst is called at the first, to say that the run is stopping
 */
export function watchInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const onSignal = () => {
    // Someone who asks twice does not want to wait for a batch.
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stopWatching: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}

/** A reader that stops reading (`ganeval … | head`) is no error; a full disk behind a stream is. */
export function endQuietlyWithoutReader(stream: NodeJS.WriteStream, name: string): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    const message = `Cannot write to ${name} (${error.code}): free some space, or send it elsewhere.`;
    throw new StorageError(message, { cause: error });
  });
}

/** Node ends a program with 1 for an error outside of any promise; 1 means a failed gate here, so another code is set. */
export function watchUncaught(report: (error: unknown) => number): void {
  process.once('uncaughtException', (error) => process.exit(report(error)));
}

/**
 * A promise that nothing will ever settle ends the program in the middle of its work, and with 0: signal-exit, which
 * some packages load, hides Node's own 13.
 *
 * @returns what to call when the work is done
 */
export function watchEarlyEnd(report: (error: unknown) => number): () => void {
  const onRest = () => {
    process.exitCode = report(
      new Error('The program had nothing left to do before the command was finished'),
    );
  };
  process.once('beforeExit', onRest);
  return () => process.off('beforeExit', onRest);
}
