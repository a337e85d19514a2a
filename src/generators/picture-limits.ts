import { ImagesError } from '../core/errors.js';
import { DEFAULT_PIXEL_LIMIT } from '../images/picture.js';

/** How large the pictures of a generator may be. */
export interface PictureLimits {
  /** Pictures with more pixels than this are refused. */
  readonly pixelLimit?: number;
  /** Bytes that a batch may take. */
  readonly maxMemory?: number;
}

/**
 * @param what how errors name the generator
 * @param pixels of a picture
 * @throws {ImagesError} for more than are allowed
 */
export function refusePixels(
  what: string,
  pixels: number,
  { pixelLimit = DEFAULT_PIXEL_LIMIT }: PictureLimits,
): void {
  if (pixels <= pixelLimit) return;
  throw new ImagesError(
    `${what} makes pictures of more than ${pixelLimit} pixels: raise --pixel-limit if there is memory for them.`,
  );
}

/**
 * @param what how errors name the generator
 * @param batch pictures that are made at a time
 * @param perPicture bytes of each, as values and as a picture
 * @throws {ImagesError} for more bytes than are allowed
 */
export function refuseBatch(
  what: string,
  batch: number,
  perPicture: number,
  { maxMemory }: PictureLimits,
): void {
  const bytes = batch * perPicture;
  if (maxMemory === undefined || bytes <= maxMemory) return;
  throw new ImagesError(
    `${what} makes ${batch === 1 ? 'pictures' : `${batch} pictures at a time`} that take ${bytes} bytes, and --max-memory allows ${maxMemory}: raise it.`,
  );
}
