const FETCH_AGAIN = 'fetch the file again, or check where it came from';

/** What to do about a file that is whole, but holds more than weights. */
export const SAVE_STATE_DICT = 'save the state_dict() alone with torch.save';

/**
 * A file of weights that is damaged, hostile or of a kind that is not read. `what` is a predicate without a subject ("is cut short"),
 * `advice` says what to do. It never leaves src/pytorch: `openPth` makes a NetworkError of it, in a whole sentence.
 */
export class PthFault extends Error {
  override readonly name = 'PthFault';

  constructor(
    readonly what: string,
    readonly advice: string = FETCH_AGAIN,
  ) {
    super(`${what}: ${advice}`);
  }

  /** The same fault with the place where it was found. */
  at(place: string): PthFault {
    return new PthFault(`${this.what} (${place})`, this.advice);
  }
}

const MAX_QUOTED = 60;
const MAX_PRINTED = 200;

/** A text from the file as it may stand in a message: printable ASCII, in quotes, cut to 60 characters. */
export function quote(text: string): string {
  return `"${printable(text.slice(0, MAX_QUOTED))}${text.length > MAX_QUOTED ? '...' : ''}"`;
}

/** A text in printable ASCII, cut to 200 characters. */
export function printable(text: string): string {
  return text
    .slice(0, MAX_PRINTED)
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
