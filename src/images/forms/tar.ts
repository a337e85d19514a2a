import { join } from 'node:path';
import { extname } from 'node:path/posix';
import { walkTar } from '../../archives/tar/walk-tar.js';
import { ImagesError } from '../../core/errors.js';
import { streamRegular } from '../../storage/open-regular.js';
import { isSystemError } from '../../storage/system-error.js';
import type { FileListing } from '../file-listing.js';
import { refuseHugeLabelFile } from '../labels/label-file-size.js';
import {
  LABEL_EXTENSIONS,
  MAX_LABEL_BYTES,
  parseSidecarLabel,
  sampleKey,
} from '../labels/webdataset-labels.js';
import type { ListingOptions } from '../listing/listing-options.js';
import { chooseFiles } from '../listing/splits.js';
import type { FilePart } from '../workers/picture-place.js';
import { type ArchivedFile, listArchive } from './archive-listing.js';
import type { InputForm } from './input-form.js';

const MAGIC = 'ustar';
const MAGIC_OFFSET = 257;

/** A tar archive of pictures, or a folder of such archives; with WebDataset's labels. */
export const TAR: InputForm = {
  id: 'tar',
  matches: ({ head }) => head.toString('latin1', MAGIC_OFFSET, MAGIC_OFFSET + MAGIC.length) === MAGIC,
  extensions: ['.tar'],
  list: ({ path }, options) => listTar(path, options),
  folder: { names: /\.tar$/, list: listShards },
};
/**
 * Lists the pictures of a tar archive (see `listArchive`), with WebDataset's labels: a `.cls` or `.json` file
 * beside the picture. The headers are walked once, and pictures then read at their offsets.
 *
 * @throws {ImagesError}
 */
async function listTar(path: string, options: ListingOptions): Promise<FileListing> {
  const files = await indexTar(path);
  return listArchive({ shown: JSON.stringify(path), files, ...WITH_LABELS }, options);
}

/**
 * Lists a folder of tar archives as one set, or those of a split; the archives' names stand before the ids.
 *
 * @throws {ImagesError}
 */
async function listShards(
  folder: string,
  all: readonly string[],
  options: ListingOptions,
): Promise<FileListing> {
  const shown = JSON.stringify(folder);
  const { names, split } = chooseFiles(shown, all, options.split);
  const files: ArchivedFile[] = [];
  for (const name of names) {
    const shard = `${name.slice(0, -extname(name).length)}/`;
    for (const file of await indexTar(join(folder, name))) files.push({ ...file, shard });
  }
  const within = split === undefined ? options : { ...options, split: undefined };
  const listing = await listArchive({ shown, files, ...WITH_LABELS }, within);
  return { ...listing, split: split ?? listing.split };
}

const WITH_LABELS = { sidecars: LABEL_EXTENSIONS, read: readBytes };

async function indexTar(path: string): Promise<ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  const names = new Set<string>();
  const labels = new Map<string, string>();
  try {
    await walkTar(path, async ({ name, offset, bytes }, read) => {
      if (names.has(name)) throw new Error(`holds ${JSON.stringify(name)} twice`);
      names.add(name);
      files.push({ name, place: { kind: 'file', file: path, offset, bytes } });
      if (bytes > MAX_LABEL_BYTES || !LABEL_EXTENSIONS.includes(extname(name))) return;
      const label = parseSidecarLabel(name, (await read()).toString('utf8'));
      if (label !== undefined) labels.set(sampleKey(name), label);
    });
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new ImagesError(
      `The tar file ${JSON.stringify(path)} ${(error as Error).message}: pack the plain files again.`,
      { cause: error },
    );
  }
  if (labels.size === 0) return files;
  return files.map((file) => ({ ...file, label: labels.get(sampleKey(file.name)) }));
}

async function* readBytes({ name, place }: ArchivedFile, maxBytes: number): AsyncGenerator<Buffer> {
  const { file, offset, bytes } = place as FilePart;
  refuseHugeLabelFile(JSON.stringify(name), bytes, maxBytes);
  if (bytes > 0) yield* await streamRegular(file as string, { start: offset, end: offset + bytes - 1 });
}
