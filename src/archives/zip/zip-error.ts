/**
 * A zip archive, or an entry of one, that cannot be read. The message about an archive is a clause (`"a.png" is a link`); about the data of
 * an entry, it is a predicate without a subject (`is damaged`). It never leaves the program: whoever reads the archive says in
 * a whole sentence which one it is.
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
