import type { ShownPicture } from '../../documents/illustrations.js';
import { html, type Markup } from './markup.js';
import { makeZoom } from './zoom.js';

/** Longest side of pictures that are enlarged in squares, so that their pixels can be seen. */
const MAX_PIXELATED = 64;

/** Of pictures in a list: what they are, as "sample", and a start of their ids that is unique in the page. */
export interface PictureRole {
  readonly role: string;
  readonly id: string;
}

/** Pictures beside each other; one that was taken for another class is framed, and that class stands under it. */
export function makePictureList(pictures: readonly ShownPicture[], { role, id }: PictureRole): Markup {
  const items = pictures.map((picture, i) => {
    const { takenFor } = picture;
    const image = makePicture(picture, { role, id: `${id}-${i}` });
    return takenFor === undefined
      ? html`<li>${image}</li>`
      : html`<li class="wrong">${image}→ ${takenFor}</li>`;
  });
  return html`<ul class="pictures">${items}</ul>`;
}

/** A picture that stands in the page and can be enlarged. */
export function makePicture(
  { id: name, thumbnail, takenFor }: ShownPicture,
  { role, id }: PictureRole,
): Markup {
  const { bytes, width, height } = thumbnail;
  const source = `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`;
  const pixels = Math.max(width, height) <= MAX_PIXELATED && html` class="pixels"`;
  const alt = `${role} ${name}${takenFor === undefined ? '' : `, taken for ${takenFor}`}`;
  const content = html`<img${pixels} src="${source}" width="${width}" height="${height}" alt="${alt}" title="${name}">`;
  return makeZoom(id, content);
}
