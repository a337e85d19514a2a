import { ImagesError } from '../../core/errors.js';

/**
 * Decodes a large RGB picture that is a table rather than something to look at (one picture of a data set a
 * row): no color management, no orientation. `pixels` is uint8 RGB, row-major, height × width × 3.
 *
 * @throws {ImagesError} if the file is missing, damaged or not 8-bit RGB
 */
export async function decodeStrip(
  file: string,
): Promise<{ width: number; height: number; pixels: Uint8Array }> {
  // Loaded where it is needed: most runs read no data set.
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(file, { failOn: 'warning' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3 || data.length !== info.width * info.height * 3) {
      throw new ImagesError(`${file} has ${info.channels} channels instead of RGB of 8 bits: get it again.`);
    }
    return { width: info.width, height: info.height, pixels: data };
  } catch (error) {
    if (error instanceof ImagesError) throw error;
    throw new ImagesError(`${file} cannot be decoded (${(error as Error).message}): get it again.`, {
      cause: error,
    });
  }
}
