/**
 * Why one picture cannot be decoded. The message is a predicate without a subject ("is truncated"). It never leaves src/images: a
 * `BadPicture` carries the message as its reason, and everything else that fails is an `ImagesError`.
 */
export class DamagedPicture extends Error {
  override readonly name = 'DamagedPicture';
}

export const TRUNCATED = 'is truncated';

/** Refuses a size read from a header before anything is allocated for it. */
export function refuseBadSize(width: number, height: number, pixelLimit: number): void {
  if (!(width > 0 && height > 0)) throw new DamagedPicture(`has an impossible size, ${width}×${height}`);
  if (width * height > pixelLimit) {
    throw new DamagedPicture(
      `is ${width}×${height}, ${width * height} pixels, which is above the limit of ${pixelLimit}`,
    );
  }
}
