/** Lets worker threads know that the rest of their work is no longer needed. */
export class Cancellation {
  readonly flag = new SharedArrayBuffer(4);
  readonly #signal: AbortSignal | undefined;
  readonly #raise = () => {
    Atomics.store(new Int32Array(this.flag), 0, 1);
  };

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#raise);
  }

  finish(): void {
    this.#signal?.removeEventListener('abort', this.#raise);
    this.#raise();
  }
}
