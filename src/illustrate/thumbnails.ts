import type { Thumbnail } from '../core/thumbnail.js';
import type { Picture } from '../images/picture.js';
import { makeThumbnail } from '../images/thumbnail.js';

/** Longest side in pixels: sharp when it is enlarged. */
const SIDE = 256;
/** The same for the pictures that come when the first ones have taken their room. */
const SMALL_SIDE = 96;
/** That the larger thumbnails of a page may take, so that it stays quick to open. */
const ROOM_BYTES = 4e6;

/** Makes the thumbnails of one page, whose size it bounds: once they have taken their room, the others are small. */
export class Thumbnails {
  #bytes = 0;

  async make(picture: Pick<Picture, 'width' | 'height' | 'pixels'>): Promise<Thumbnail> {
    const thumbnail = await makeThumbnail(picture, this.#bytes < ROOM_BYTES ? SIDE : SMALL_SIDE);
    this.#bytes += thumbnail.bytes.length;
    return thumbnail;
  }
}
