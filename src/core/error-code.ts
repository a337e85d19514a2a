/** The code of an error of Node ("ENOENT", "Z_DATA_ERROR"). That of a DOMException, as an abort is one, is a number and no such code. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
