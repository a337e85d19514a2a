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
