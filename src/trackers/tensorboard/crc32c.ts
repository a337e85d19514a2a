/** Castagnoli's polynomial, its bits in reverse order. */
const POLYNOMIAL = 0x82f63b78;
const BITS = 8;
const MASK_DELTA = 0xa282ead8;

const TABLE = Uint32Array.from({ length: 2 ** BITS }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < BITS; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  return remainder;
});

/** CRC-32C (RFC 3720, appendix B.4) of bytes. Node's `zlib.crc32` has another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> BITS);
  return ~crc >>> 0;
}

/** The checksum as a TFRecord has it: turned by 15 bits, with a constant added, since a file of records may hold checksums itself. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}
