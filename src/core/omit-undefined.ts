/** Without the keys that hold undefined, which would hide a default that is spread before them. */
export function omitUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
