import { type PictureSize, readPictureSize } from '../decoding/decode-picture.js';
import { decodingBytes } from '../decoding/decoding-bytes.js';
import { ContainerReader } from './container-reader.js';
import { type Begin, FileFailures, type FileTask, refuseCrashed } from './file-task.js';
import { type InspectedFile, InspectedFilesBuilder } from './packed-results.js';
import { isPart, type PicturePlace, rawBytes } from './picture-place.js';
import { type FilePath, hashFile, readWholeFile } from './read-file.js';
import { hashBytes, hashPicture, readPicture } from './read-picture.js';

/** What pictures of fewer pixels take is not worth counting. */
const FEW_PIXELS = 1 << 16;

/** Hashes the pictures of a task, and reads their sizes. */
export async function inspectPictures(task: FileTask, begin: Begin) {
  const reader = new ContainerReader();
  const inspected = new InspectedFilesBuilder(task.places.length);
  const problems = new FileFailures();
  for (const [position, place] of task.places.entries()) {
    if (!begin(position)) break;
    try {
      refuseCrashed(task, position, () => {});
      const found = inspectPlace(place, reader);
      // Mostly there is nothing to wait for.
      inspected.add(position, found instanceof Promise ? await found : found);
    } catch (error) {
      problems.add(position, error);
    }
  }
  reader.close();
  return { inspected: inspected.finish(), problems };
}

function inspectPlace(place: PicturePlace, reader: ContainerReader): InspectedFile | Promise<InspectedFile> {
  if (!isPart(place)) return inspectFile(place);
  reader.open(place.file);
  // Not unreadable: it is a bad picture, which may be left out.
  if (place.kind === 'absent') {
    return { digest: hashBytes(Buffer.from(place.reason)), width: 0, height: 0, needs: 0 };
  }
  const bytes = readPicture(place, reader);
  const digest = hashPicture(place, bytes);
  if (place.kind !== 'raw') {
    // What is packed in an archive is in memory beside it.
    return withSize(
      readPictureSize(bytes, () => bytes),
      (size) => ({ digest, ...sizeOf(bytes, size, 2 * bytes.length) }),
    );
  }
  const { width, height } = place.layout;
  return { digest, width, height, needs: 2 * rawBytes(place.layout) + width * height * 3 };
}

function inspectFile(file: FilePath): InspectedFile | Promise<InspectedFile> {
  const { head, isWhole, digest, bytes } = hashFile(file);
  let again: Buffer | undefined;
  const read = readPictureSize(head, () => {
    if (!isWhole) again = readWholeFile(file);
    return again ?? head;
  });
  // Digest and size are those of the same bytes.
  return withSize(read, (size) => ({
    digest: again ? hashBytes(again) : digest,
    ...sizeOf(head, size, bytes),
  }));
}

function withSize(
  size: PictureSize | undefined | Promise<PictureSize | undefined>,
  use: (size: PictureSize | undefined) => InspectedFile,
) {
  return size instanceof Promise ? size.then(use) : use(size);
}

/** @param beside bytes that are in memory beside the decoder's */
function sizeOf(head: Buffer, size: PictureSize | undefined, beside: number): Omit<InspectedFile, 'digest'> {
  const { width, height } = size ?? { width: 0, height: 0 };
  const pixels = width * height;
  return { width, height, needs: beside + (pixels < FEW_PIXELS ? 0 : decodingBytes(head, pixels)) };
}
