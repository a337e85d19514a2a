/** Bytes of one value of each type of floating-point numbers, by NumPy's name without the byte order. */
const FLOAT_BYTES = { f2: 2, f4: 4, f8: 8 } as const;

/** A type of floating-point numbers as a `.npy` header names it, "<f4" or ">f8". */
export interface FloatType {
  readonly bytes: 2 | 4 | 8;
  readonly isBigEndian: boolean;
}

/** What a header's type stands for: `undefined` where it is no float16, float32 or float64. */
export function findFloatType(type: string): FloatType | undefined {
  const [, order, name] = /^([<>=])(f[248])$/.exec(type) ?? [];
  if (name === undefined) return undefined;
  return { bytes: FLOAT_BYTES[name as keyof typeof FLOAT_BYTES], isBigEndian: order === '>' };
}

/**
 * Values out of their bytes; those of float16 and float32 are exact.
 *
 * @param bytes of whole values; swapped in place where their byte order is another
 * @returns float64 for float64, else float32
 */
export function readFloats(
  bytes: Buffer,
  { bytes: size, isBigEndian }: FloatType,
): Float32Array | Float64Array {
  if (isBigEndian) swapBytes(bytes, size);
  // A copy where a view would not begin at a multiple of the element's size.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset } = aligned;
  const count = bytes.length / size;
  if (size === 8) return new Float64Array(buffer, byteOffset, count);
  if (size === 4) return new Float32Array(buffer, byteOffset, count);
  return Float32Array.from(new Uint16Array(buffer, byteOffset, count), fromHalf);
}

function swapBytes(bytes: Buffer, size: FloatType['bytes']): void {
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else bytes.swap64();
}

/** A float16 out of its bits: the number itself, exactly. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
