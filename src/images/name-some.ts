const NAMED = 5;

/** The first few of a list and how many more there are: "a, b, c, d, e and 12 more". */
export function nameSome(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}
