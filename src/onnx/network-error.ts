/** The network or the device is missing, damaged or unfit. The message is one sentence: what, where, what to do. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}
