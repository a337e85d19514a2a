import { StorageError } from '../core/errors.js';

/** What asks a run to stop: Ctrl-C, a scheduler, a terminal that is closed. SIGQUIT (Ctrl-\) is the system's: it ends at once. */
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm, npx and others pass a signal on that the terminal has sent to all of the group: one Ctrl-C is heard twice. */
const ECHO_MS = 100;

export interface Interrupts {
  /** Aborts at the first Ctrl-C (or SIGTERM, SIGHUP). */
  readonly signal: AbortSignal;
  stopWatching(): void;
}

/**
 * Makes the first Ctrl-C stop a run cleanly, and the second end the program at once, wherever it is: after the first, the system itself
 * acts on the next, which needs no turn of the event loop. Native code and a thread that waits for a pipe can't delay it.
 *
 * @param onFirst is called at the first, to say that the run is stopping
 */
export function watchInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    onFirst();
    waitForEchoes();
    // Those of packages too: any listener keeps the system from acting.
    for (const name of STOPPING) process.removeAllListeners(name);
  };
  for (const name of STOPPING) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stopWatching: () => {
      for (const name of STOPPING) process.off(name, onSignal);
    },
  };
}

/** Stands still, so that what is heard meanwhile is dropped with the listeners, and no timer can be late. */
function waitForEchoes(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ECHO_MS);
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
