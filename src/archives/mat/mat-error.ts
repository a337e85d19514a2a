/**
 * A `.mat` file that cannot be read. The message is a predicate without a subject ("is cut short"). It never leaves the program: whoever
 * reads the file says in a whole sentence which one it is.
 */
export class MatError extends Error {
  override readonly name = 'MatError';
}
