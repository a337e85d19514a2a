/** Wrong usage found before any command's modules are loaded; the library's UsageError needs zod, which --help must not wait for. */
export function usageError(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name: 'UsageError' });
}
