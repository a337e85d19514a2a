import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../../../src/images/write-png.js';
import type { LabeledSet } from '../../../src/train/pictures/labeled-set.js';

/** Writes a set as `<folder>/<class>/<row>.png`. */
export async function writeClassFolders(
  folder: string,
  { count, size, channels, pixels, labels, classNames }: LabeledSet,
): Promise<void> {
  for (const name of classNames) await mkdir(join(folder, name), { recursive: true });
  const bytes = size * size * channels;
  for (let row = 0; row < count; row++) {
    const own = pixels.subarray(row * bytes, (row + 1) * bytes);
    const png = await encodePng({ width: size, height: size, channels, pixels: own });
    await writeFile(join(folder, classNames[labels[row]], `${row}.png`), png);
  }
}
