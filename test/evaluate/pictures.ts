import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openImages } from '../../src/images/open.js';
import type { Picture } from '../../src/images/picture.js';
import { encodePng } from '../../src/images/write-png.js';

/** 200 pictures of CIFAR-10's test split in class folders. */
export const FIXTURE = join(import.meta.dirname, '../../fixtures/cifar10/test');

/** The fixture's pictures, decoded, with the index of their class. */
export async function fixturePictures(): Promise<{ id: string; label: number; picture: Picture }[]> {
  const source = await openImages(FIXTURE);
  try {
    const pictures: { id: string; label: number; picture: Picture }[] = [];
    for await (const picture of source.pictures(source.entries.keys())) {
      const { id, label } = source.entries[picture.index];
      if (!picture.ok || label === undefined) throw new Error(`the fixture ${id} is bad`);
      pictures.push({ id, label, picture });
    }
    return pictures;
  } finally {
    await source.close();
  }
}

/** The picture with its rows moved down by `by`, wrapping, and every byte made darker by `by`. */
export function vary({ width, height, pixels }: Picture, by: number): Uint8Array {
  const rowBytes = width * 3;
  return Uint8Array.from({ length: height * rowBytes }, (_, i) => {
    const from = (i + by * rowBytes) % (height * rowBytes);
    return Math.max(0, pixels[from] - by);
  });
}

/** Writes `times` variations of every fixture picture into class folders: 200 · times different pictures. */
export async function writeVariations(folder: string, times: number): Promise<void> {
  const pictures = await fixturePictures();
  for (const { id } of pictures) await mkdir(dirname(join(folder, id)), { recursive: true });
  await Promise.all(
    pictures.flatMap(({ id, picture }) =>
      Array.from({ length: times }, async (_, by) => {
        const png = await encodePng({ width: 32, height: 32, channels: 3, pixels: vary(picture, by) });
        await writeFile(join(folder, id.replace('.png', `-${by}.png`)), png);
      }),
    ),
  );
}
