import { StorageError } from '../core/errors.js';
import { EXIT } from './exit-codes.js';

export interface Interrupts {
  /** Aborts at the first Ctrl-C (or SIGTERM). */
  readonly signal: AbortSignal;
  stopWatching(): void;
}

/**
 * Lets the first Ctrl-C stop a run in order, and the second end the program at once.
 *
 * @param onFirst tells the person that the run is stopping
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

/** A reader that has seen enough (`ganeval … | head`) is no error; a full disk behind a stream is. */
export function endQuietlyWithoutReader(stream: NodeJS.WriteStream, name: string): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    const message = `Cannot write to ${name} (${error.code}): free some space, or send it elsewhere.`;
    throw new StorageError(message, { cause: error });
  });
}

/** What is thrown outside of any promise would end the program with 1, which is not ours to mean a fault. */
export function watchUncaught(report: (error: unknown) => number): void {
  process.once('uncaughtException', (error) => process.exit(report(error)));
}

/**
 * A promise that nobody will ever settle lets the program end in the middle of its work, and with 0: signal-exit, which
 * some packages load, hides Node's own 13. Returns what is to be called when the work is over.
 */
export function watchEarlyEnd(report: (error: unknown) => number): () => void {
  const onRest = () => {
    process.exitCode = report(new Error('The work came to rest before its end'));
  };
  process.once('beforeExit', onRest);
  return () => process.off('beforeExit', onRest);
}
