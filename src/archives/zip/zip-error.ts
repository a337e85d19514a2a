/**
 * A zip archive, or an entry of one, that cannot be read. The message is half a sentence: about an archive it is a clause
 * (`"a.png" is a link`), about the data of an entry it lacks the subject (`is damaged`). It never leaves the program: whoever
 * reads an archive says in a whole sentence which one it is.
 */
export class ZipError extends Error {
  override readonly name = 'ZipError';

  constructor(
    message: string,
    /** What to do, where it is more than to pack the archive again. */
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
