import { ImagesError } from '../core/errors.js';
import type { ImageSource } from '../images/image-source.js';
import { remedyOf } from '../images/remedy-of.js';
import {
  requireFreeFolder,
  type SampleChunk,
  writeSampleArrays,
  writeSampleFolder,
} from './write-samples.js';

/**
 * Writes the pictures of a source: PNG files in a new folder, `<class>/00042.png` or `00042.png`, or an `.npz` file with `arr_0` uint8
 * [n, height, width, 3] and, where there are classes, `arr_1` int32 [n]. It appears whole or not at all.
 *
 * @param source of which all pictures have one size
 * @param out a new or empty folder, or a file that ends in .npz
 * @throws {UsageError} for a folder that is not empty
 * @throws {ImagesError} for a picture that can't be used
 * @throws {StorageError} if it can't be written
 */
export async function saveSource(
  source: ImageSource,
  out: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const asArrays = out.toLowerCase().endsWith('.npz');
  if (!asArrays) await requireFreeFolder(out, '--save');
  const { width, height } = await source.picture(0);
  const { classNames = [] } = source;
  const write = asArrays ? writeSampleArrays : writeSampleFolder;
  await write(out, {
    form: { width, height, channels: 3, classNames },
    conditional: classNames.length > 0,
    count: source.entries.length,
    signal,
    chunks: () => chunksOf(source, signal),
  });
}

async function* chunksOf(source: ImageSource, signal: AbortSignal | undefined): AsyncGenerator<SampleChunk> {
  for await (const picture of source.pictures(source.entries.keys(), { signal })) {
    const { id, label = 0 } = source.entries[picture.index];
    if (!picture.ok) {
      throw new ImagesError(
        `The picture ${JSON.stringify(id)} of ${source.name} ${picture.reason}: ${remedyOf(picture.reason)}.`,
      );
    }
    yield { pixels: picture.pixels, labels: Int32Array.of(label) };
  }
}
