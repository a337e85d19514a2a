const NAMED = 5;
const MAX_LENGTH = 300;

/**
 * The first few of a list and how many more there are: "a, b, c, d, e and 12 more". Overlong ones are cut, as `shorten` does.
 *
 * @param most as many are named
 */
export function nameSome(names: readonly string[], most = NAMED): string {
  const more = names.length - most;
  const named = names.slice(0, most).map(shorten).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** The beginning of a text that may have any length, for a sentence that a person reads. */
export function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
