/**
 * Compares by Unicode code points, as Python sorts strings. JavaScript's own order compares UTF-16 units, which
 * puts everything above U+FFFF before U+E000 to U+FFFF; `localeCompare` depends on the machine.
 */
export function compareCodePoints(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const a = one.charCodeAt(i);
    const b = other.charCodeAt(i);
    if (a === b) continue;
    return rank(one, i, a) - rank(other, i, b);
  }
  return one.length - other.length;
}

/** The code point that has the unit at `i`; a lone surrogate ranks as itself. */
function rank(text: string, i: number, unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdbff) return text.codePointAt(i) as number;
  const follows = unit >= 0xdc00 && unit <= 0xdfff && i > 0;
  const whole = follows ? (text.codePointAt(i - 1) as number) : 0;
  return whole > 0xffff ? whole : unit;
}

/** Sorts class names: as numbers if every one is a whole number ("2" before "10"), else by code points. */
export function sortClassNames(names: Iterable<string>): string[] {
  const sorted = [...names].sort(compareCodePoints);
  if (sorted.every((name) => /^\d+$/.test(name))) sorted.sort((a, b) => compareNumerals(a, b));
  return sorted;
}

/** Without going through a double, so that long numerals stay exact. */
function compareNumerals(one: string, other: string): number {
  const [a, b] = [BigInt(one), BigInt(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}
