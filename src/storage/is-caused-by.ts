/** Whether the code or the message of an error, or of what caused it, matches. */
export function isCausedBy(error: unknown, pattern: RegExp): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (pattern.test((each as NodeJS.ErrnoException).code ?? '') || pattern.test(each.message)) return true;
  }
  return false;
}
