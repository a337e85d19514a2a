/** Fixed-point factors have 6 bits behind the point. */
const SHIFT = 6;
const MIDDLE = 128;

/** A factor of JFIF's conversion times each sample, rounded as Pillow's tables are. */
function makeTable(factor: number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, sample) =>
    Math.trunc(factor * (1 << SHIFT) * (sample - MIDDLE) + 0.5),
  );
}

const RED_OF_CR = makeTable(1.402);
const GREEN_OF_CR = makeTable(-0.71414);
const GREEN_OF_CB = makeTable(-0.34414);
const BLUE_OF_CB = makeTable(1.772);

/**
 * Writes YCbCr as RGB with Pillow's numbers for JFIF's formula.
 *
 * @param samples uint8 interleaved YCbCr
 * @param out takes as many bytes
 */
export function writeRgbOfYcbcr(samples: Uint8Array, out: Uint8Array): void {
  for (let i = 0; i < samples.length; i += 3) {
    const [y, cb, cr] = [samples[i], samples[i + 1], samples[i + 2]];
    out[i] = clip(y + (RED_OF_CR[cr] >> SHIFT));
    out[i + 1] = clip(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> SHIFT));
    out[i + 2] = clip(y + (BLUE_OF_CB[cb] >> SHIFT));
  }
}

function clip(value: number): number {
  return Math.min(255, Math.max(0, value));
}
