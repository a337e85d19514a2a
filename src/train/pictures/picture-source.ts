import type { ImageSource } from '../../images/image-source.js';
import { imagesInMemory, type PictureInMemory } from '../../images/memory.js';
import type { LabeledSet } from './labeled-set.js';

/** A set as the engine takes pictures: in color, with labels if there are classes. */
export function sourceOf(
  { count, size, channels, pixels, labels, classNames }: LabeledSet,
  name: string,
): ImageSource {
  const bytes = size * size * channels;
  const pictures = Array.from({ length: count }, (_, row): PictureInMemory => {
    const own = pixels.subarray(row * bytes, (row + 1) * bytes);
    const rgb =
      channels === 3 ? own : Uint8Array.from({ length: 3 * bytes }, (_each, i) => own[Math.floor(i / 3)]);
    return { id: String(row).padStart(9, '0'), label: labels[row], width: size, height: size, pixels: rgb };
  });
  return imagesInMemory({ name, pictures, ...(classNames.length > 0 && { classNames }) });
}
