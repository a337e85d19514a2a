/** Bits of the largest finite float16, 65504. */
const MAX_FINITE = 0x7bff;
const INFINITY = 0x7c00;

/**
 * Rounds float32 to float16: to nearest, ties to even, and to infinity from ±65520 on, as in IEEE 754.
 *
 * @param values float32 [n]
 * @returns the bits of the float16 numbers, uint16 [n]
 */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, halfBits);
}

function halfBits(float: number): number {
  const sign = (float >>> 16) & 0x8000;
  const magnitude = float & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? INFINITY | 0x200 : INFINITY);
  const exponent = (magnitude >>> 23) - 112;
  if (exponent > 30) return sign | INFINITY;
  // The significand with its leading 1; below 2⁻¹⁴ it loses one more bit with each power of two.
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const drop = exponent > 0 ? 13 : 14 - exponent;
  if (drop > 24) return sign;
  const base = exponent > 0 ? (exponent - 1) << 10 : 0;
  const kept = significand >>> drop;
  const rest = significand & ((1 << drop) - 1);
  const half = 1 << (drop - 1);
  const up = rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0;
  // A carry out of the significand gives the next exponent, and after the largest one infinity: the bits are in order.
  return sign | Math.min(base + kept + up, MAX_FINITE + 1);
}
