/** What is wrong with a table file, as the end of a sentence that begins with its name. */
export class TableError extends Error {
  /** What to do about it. */
  readonly remedy: string;

  constructor(message: string, remedy = 'get or write it again') {
    super(message);
    this.remedy = remedy;
  }
}
