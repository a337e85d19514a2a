/** What an error is about; the command line's exit code follows from it. */
export type ErrorCode = 'usage' | 'images' | 'network' | 'storage';

/**
 * An error that the user can correct, or whose cause is the machine; never a fault of ganeval. The message is one whole sentence: what is
 * wrong, where, and what to do.
 *
 * @example
 * try {
 *   await score({ samples: './samples' });
 * } catch (error) {
 *   if (!(error instanceof GanevalError)) throw error;
 *   console.error(error.code, error.message);
 * }
 */
export abstract class GanevalError extends Error {
  /** What the error is about. Programs decide by this, not by the message. */
  abstract readonly code: ErrorCode;
}

/** Something that was asked for makes no sense: an option, an argument, or a document that a person wrote. */
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

/** A folder or a disk can't be written. */
export class StorageError extends GanevalError {
  override readonly name = 'StorageError';
  readonly code = 'storage';
}
