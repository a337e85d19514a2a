/** More digits than any of these numbers has, and fewer than a runtime's number of threads changes. */
const SIGNIFICANT_DIGITS = 12;

type Writable<Value> = { -readonly [Key in keyof Value]: Writable<Value[Key]> };

/** A copy with every number in it rounded, so that equal runs give equal documents on any number of threads. */
export function roundNumbers<Value>(value: Value): Writable<Value> {
  return roundAny(value) as Writable<Value>;
}

function roundAny(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(SIGNIFICANT_DIGITS));
  if (Array.isArray(value)) return value.map(roundAny);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, roundAny(each)]));
}
