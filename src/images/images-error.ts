/** The pictures or the reference cannot be used. The message is one sentence: what, where, what to do. */
export class ImagesError extends Error {
  override readonly name = 'ImagesError';
}
