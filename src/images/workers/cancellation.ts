/** Tells worker threads that nobody wants the rest any more. */
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
