/** Without the keys that hold undefined, which would hide a default that stands beneath them. */
export function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
