/** Of pictures that are equal, so that a mean of dB stays finite: 100 dB. */
const LEAST_ERROR = 1e-10;

/**
 * Mean squared error of each picture on the scale of [0, 1].
 *
 * @param made float32 on 0–255; what is beyond is clipped, as it is when a picture is written
 * @param pixels uint8 of the same pictures
 * @param width numbers in a picture
 */
export function squaredErrors(made: Float32Array, pixels: Uint8Array, width: number): Float64Array {
  return Float64Array.from({ length: pixels.length / width }, (_, row) => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      sum += ((Math.min(255, Math.max(0, made[i])) - pixels[i]) / 255) ** 2;
    }
    return sum / width;
  });
}

/** Peak signal-to-noise ratio in dB of mean squared errors on the scale of [0, 1]; at most 100. */
export function peakSignalToNoise(errors: Float64Array): Float64Array {
  return errors.map((error) => -10 * Math.log10(Math.max(LEAST_ERROR, error)));
}
