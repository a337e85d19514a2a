import { MatError } from '../archives/mat/mat-error.js';
import { type MatArray, readMat } from '../archives/mat/read-mat.js';
import { withOpenFile } from '../archives/random-access.js';
import { ImagesError } from '../core/errors.js';
import { NotRegularFile } from '../storage/open-regular.js';
import type { SplitName } from './dataset.js';
import { findOfficialFile } from './official-file.js';
import type { LabeledPictures } from './read-dataset.js';

const SIDE = 32;
const CHANNELS = 3;
const PICTURE_BYTES = SIDE * SIDE * CHANNELS;
/** Above the 73,257 of the training split. */
const MAX_PICTURES = 100_000;
const CLASS_NAMES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * Reads a split of SVHN (Netzer et al. 2011), format 2, from its authors' `train_32x32.mat` or `test_32x32.mat`, picture by picture: train
 * is 73,257 pictures (225 MB), test 26,032 (80 MB). Its label 10 is the digit 0.
 *
 * @param folder the files, or folders `train` and `test` with them, stand there
 * @throws {ImagesError} if the file is missing or can't be used
 * @throws the signal's reason, if it is aborted
 */
export async function readSvhn(
  folder: string,
  split: SplitName,
  signal?: AbortSignal,
): Promise<LabeledPictures> {
  const path = await findOfficialFile(folder, [split], [`${split}_32x32.mat`]);
  try {
    return await withOpenFile(path, async (file) => {
      let pictures: Uint8Array | undefined;
      let labels: Uint8Array | undefined;
      for await (const array of readMat(file)) {
        signal?.throwIfAborted();
        if (array.name === 'X') pictures = await readPictures(array, signal);
        if (array.name === 'y') labels = await readLabels(array);
        if (pictures && labels) break;
      }
      return join(pictures, labels);
    });
  } catch (error) {
    if (!(error instanceof MatError || error instanceof NotRegularFile)) throw error;
    throw new ImagesError(
      `${path} ${error instanceof MatError ? error.message : 'is no file'}: get the file of SVHN's format 2 (cropped digits) again.`,
      { cause: error },
    );
  }
}

/** X, uint8 [32, 32, 3, n] with the rows of a picture first, as [n, 32, 32, 3]. */
async function readPictures(array: MatArray, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { shape, type, byteLength } = array;
  // MATLAB leaves a last side of 1 out.
  const [height, width, channels, count = 1] = shape;
  const isFine =
    type === 'uint8' && shape.length <= 4 && height === SIDE && width === SIDE && channels === CHANNELS;
  if (!isFine || count < 1 || count > MAX_PICTURES) {
    throw new MatError(
      `has an X of ${shape.join('×')} ${type} instead of 32×32×3×n uint8 with n up to ${MAX_PICTURES}`,
    );
  }
  const pixels = new Uint8Array(byteLength);
  let at = 0;
  for await (const piece of array.values()) {
    signal?.throwIfAborted();
    for (const value of piece) {
      const within = at % PICTURE_BYTES;
      pixels[at - within + PLACES[within]] = value;
      at++;
    }
  }
  return pixels;
}

/** Where a value of a picture that is stored by column and by channel goes, by row and with its channels together. */
const PLACES = Uint16Array.from({ length: PICTURE_BYTES }, (_, i) => {
  const [row, column, channel] = [i % SIDE, Math.floor(i / SIDE) % SIDE, Math.floor(i / SIDE ** 2)];
  return (row * SIDE + column) * CHANNELS + channel;
});

/** y, n numbers from 1 to 10, as digits. */
async function readLabels(array: MatArray): Promise<Uint8Array> {
  const { type, byteLength, shape } = array;
  const count = shape.reduce((product, side) => product * side, 1);
  if (count > MAX_PICTURES || (type !== 'uint8' && type !== 'float64')) {
    throw new MatError(`has a y of ${shape.join('×')} ${type} instead of n labels`);
  }
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for await (const piece of array.values()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const values = type === 'uint8' ? bytes : new Float64Array(bytes.buffer);
  const wrong = values.findIndex((value) => !Number.isInteger(value) || value < 1 || value > 10);
  if (wrong >= 0)
    throw new MatError(`gives picture ${wrong} the label ${values[wrong]}, where 1 to 10 are possible`);
  return Uint8Array.from(values, (value) => value % 10);
}

function join(pictures: Uint8Array | undefined, labels: Uint8Array | undefined): LabeledPictures {
  if (!pictures || !labels) throw new MatError(`has no array ${pictures ? 'y' : 'X'}`);
  const count = pictures.length / PICTURE_BYTES;
  if (labels.length !== count) throw new MatError(`has ${labels.length} labels for ${count} pictures`);
  return { count, width: SIDE, height: SIDE, channels: CHANNELS, pictures, labels, classNames: CLASS_NAMES };
}
