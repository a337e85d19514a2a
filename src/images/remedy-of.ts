/**
 * What to do about a bad picture, by its reason: one that names an option ("say --range") can be read with it, and is no damaged file.
 *
 * @returns the beginning of an advice, without an end
 */
export function remedyOf(reason: string): string {
  return namesOption(reason) ? 'say that option' : 'repair or remove it';
}

/** The same for several pictures. */
export function remedyOfAll(reasons: readonly string[]): string {
  if (!reasons.some(namesOption)) return 'repair or remove them';
  return reasons.every(namesOption) ? 'say that option' : 'say that option, repair or remove the others';
}

const namesOption = (reason: string) => /(^|[ (])--[a-z]/.test(reason);
