/** What an address gave was no use; the message is half a sentence that follows its name. */
export class BadSource extends Error {
  constructor(
    message: string,
    /** Whether another try at the same address could do better. */
    readonly mayRecover: boolean,
  ) {
    super(message);
  }
}
