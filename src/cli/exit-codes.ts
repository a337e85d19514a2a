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

// By name, so that telling errors apart loads none of the modules that define them.
const BY_NAME: Readonly<Record<string, number>> = {
  UsageError: EXIT.usage,
  YError: EXIT.usage,
  ImagesError: EXIT.images,
  NetworkError: EXIT.network,
  StorageError: EXIT.storage,
  AbortError: EXIT.interrupted,
};

/** The exit code that an error stands for; what nothing else explains is a fault of ours. */
export function exitCodeOf(error: unknown): number {
  return (error instanceof Error && BY_NAME[error.name]) || EXIT.fault;
}

/** That of a score: one without a single number must not look like a success to a program. */
export function exitCodeOfScore({
  metrics,
}: {
  readonly metrics: readonly { readonly status: string }[];
}): number {
  return metrics.some(({ status }) => status === 'ok') ? 0 : EXIT.images;
}
