/** What an error is about; the command line's exit code follows from it. */
export type ErrorCode = 'usage' | 'images' | 'network' | 'storage';

/**
 * An error that a user or the machine has to mend, never a fault of ganeval. The message is one sentence: what is wrong, where, and
 * what to do.
 */
export abstract class GanevalError extends Error {
  /** What the error is about, for programs that tell errors apart. */
  abstract readonly code: ErrorCode;
}

/** Something that was asked for makes no sense: an option, an argument, a document that a person wrote. */
export class UsageError extends GanevalError {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** The pictures or the reference can't be used. */
export class ImagesError extends GanevalError {
  override readonly name = 'ImagesError';
  readonly code = 'images';
}

/** The network or the device is missing, damaged or unfit. */
export class NetworkError extends GanevalError {
  override readonly name: string = 'NetworkError';
  readonly code = 'network';
}

/** A folder or a disk that must be written can't be. */
export class StorageError extends GanevalError {
  override readonly name = 'StorageError';
  readonly code = 'storage';
}
