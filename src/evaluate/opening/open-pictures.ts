import { UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { isDatasetPart } from '../../datasets/part-name.js';
import type { ImageSource } from '../../images/image-source.js';
import { isLabelSource, type OpenImagesOptions, openImages, openListing } from '../../images/open.js';
import { STANDARD_INPUT, spoolInput } from '../../images/standard-input.js';
import { cacheFolder } from '../../storage/cache-folder.js';

/** Whether a text stands for pictures without being a path: a part of a data set, or the standard input. */
export function isNameOfPictures(input: string): boolean {
  return input === STANDARD_INPUT || isDatasetPart(input);
}

/** Whether what was said of labels is a word, `folders` or `none`, and no path. */
export function isWordForLabels(labels: string): boolean {
  return isLabelSource(labels);
}

/** Pictures that were opened, and what frees all that this took. */
export interface OpenedPictures {
  readonly source: ImageSource;
  readonly close: () => Promise<void>;
}

/**
 * Opens what a user names: a path, a part of a data set (`cifar10:train`), or `-` for what is piped into the program.
 *
 * @throws {ImagesError} if there is nothing there that could be used
 * @throws {UsageError} for rows of a data set that there are not, or a terminal as the standard input
 * @throws {StorageError} if what has to be unpacked has no room
 */
export async function openPictures(
  input: string,
  options: OpenImagesOptions,
  { cacheDir, signal }: { readonly cacheDir?: string } & Pick<RunHooks, 'signal'>,
): Promise<OpenedPictures> {
  if (isDatasetPart(input)) {
    // Loaded for such a name alone.
    const [{ parseDatasetPart }, { listDatasetPart }] = await Promise.all([
      import('../../datasets/dataset-part.js'),
      import('../../datasets/list-part.js'),
    ]);
    const listing = await listDatasetPart(parseDatasetPart(input), cacheFolder(cacheDir), signal);
    const source = await openListing(
      input,
      async () => ({ kind: 'dataset', listing, isLabelTable: false }),
      options,
    );
    return { source, close: () => source.close() };
  }
  if (input === STANDARD_INPUT) return openStandardInput(options, signal);
  const source = await openImages(input, options);
  return { source, close: () => source.close() };
}

async function openStandardInput(
  options: OpenImagesOptions,
  signal: AbortSignal | undefined,
): Promise<OpenedPictures> {
  if (process.stdin.isTTY) {
    throw new UsageError(
      'The name - stands for the standard input, and nothing is piped into it: write tar -c samples | ganeval score -.',
    );
  }
  const spooled = await spoolInput(process.stdin, signal);
  try {
    const source = await openImages(spooled.path, { ...options, name: STANDARD_INPUT });
    const close = async () => {
      await source.close();
      await spooled.close();
    };
    return { source, close };
  } catch (error) {
    await spooled.close();
    throw error;
  }
}
