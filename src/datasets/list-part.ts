import { ImagesError } from '../core/errors.js';
import type { FileListing } from '../images/file-listing.js';
import { compareCodePoints } from '../images/naming/code-point-order.js';
import { labeledEntries } from '../images/rows/row-set.js';
import { TemporaryFile } from '../images/rows/temporary-file.js';
import type { RawLayout } from '../images/workers/picture-place.js';
import { pictureId } from './class-folders.js';
import type { DatasetPart } from './dataset-part.js';
import { findTarball } from './npm-tarball.js';
import { readBlocks } from './read-dataset.js';

/**
 * Lists a part of a data set that was pulled before, as the folder of `pullDataset` would be listed: the same names and order. Its pixels go
 * to a temporary file.
 *
 * @param cacheDir folder in which the pull kept the package
 * @throws {ImagesError} if it was not pulled
 * @throws {StorageError} if there is no room
 */
export async function listDatasetPart(
  { dataset, split, start, end }: DatasetPart,
  cacheDir: string,
  signal?: AbortSignal,
): Promise<FileListing> {
  const tarball = await findTarball(dataset.npm, cacheDir, signal);
  if (tarball === undefined) {
    throw new ImagesError(
      `The data set ${dataset.name} is not here: fetch it with "ganeval data pull ${dataset.name} --out ${dataset.name}".`,
    );
  }
  const { width, height, channels, classNames } = dataset;
  const layout: RawLayout = { width, height, channels, isPlanar: false };
  const step = width * height * channels;
  const file = await TemporaryFile.open((end - start) * step);
  try {
    const rows: { readonly id: string; readonly label: string; readonly offset: number }[] = [];
    let first = 0;
    for await (const { pixels, labels } of readBlocks(dataset, { tarball }, split, signal)) {
      const from = Math.max(start - first, 0);
      const to = Math.min(end - first, labels.length);
      for (let i = from; i < to; i++) {
        const label = classNames[labels[i]];
        rows.push({ id: pictureId(label, first + i), label, offset: rows.length * step });
      }
      if (from < to) await file.append(pixels.subarray(from * step, to * step));
      first += labels.length;
    }
    await file.flush();
    rows.sort((a, b) => compareCodePoints(a.id, b.id));
    return {
      ...labeledEntries(
        rows.map(({ id }) => id),
        rows.map(({ label }) => label),
      ),
      warnings: [],
      place: (index) => ({ kind: 'raw', file: file.descriptor, offset: rows[index].offset, layout }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
