/**
 * Turns the planes of a picture (all of red, of green, of blue) into interleaved samples.
 *
 * @param planes `count` samples of each channel
 * @param out takes the samples from `at` on
 */
export function interleave(
  planes: Uint8Array,
  { count, channels }: { readonly count: number; readonly channels: number },
  out: Uint8Array,
  at = 0,
): void {
  for (let c = 0; c < channels; c++) {
    for (let i = 0, from = c * count, to = at + c; i < count; i++, from++, to += channels) {
      out[to] = planes[from];
    }
  }
}

/** As `interleave`, for values of any number of bytes. */
export function interleaveValues(
  planes: Uint8Array,
  { count, channels, bytes }: { readonly count: number; readonly channels: number; readonly bytes: number },
  out: Uint8Array,
): void {
  if (bytes === 1) {
    interleave(planes, { count, channels }, out);
    return;
  }
  for (let c = 0, from = 0; c < channels; c++) {
    for (let i = 0; i < count; i++) {
      const to = (i * channels + c) * bytes;
      for (let b = 0; b < bytes; b++) out[to + b] = planes[from++];
    }
  }
}
