import { GanevalError } from '../core/errors.js';

/** What the program's exit code means; part of the command line's contract. */
export const EXIT = {
  gateFailed: 1,
  usage: 2,
  images: 3,
  network: 4,
  fault: 5,
  storage: 6,
  interrupted: 130,
} as const;

/** The exit code that an error stands for; what nothing else explains is a fault of ours. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof GanevalError) return EXIT[error.code];
  if (!(error instanceof Error)) return EXIT.fault;
  if (error.name === 'AbortError') return EXIT.interrupted;
  // What yargs throws for wrong usage.
  return error.name === 'YError' ? EXIT.usage : EXIT.fault;
}

/** That of a score: one without a single number must not look like a success to a program. */
export function exitCodeOfScore({
  metrics,
}: {
  readonly metrics: readonly { readonly status: string }[];
}): number {
  return metrics.some(({ status }) => status === 'ok') ? 0 : EXIT.images;
}
