import { type AnyNpyHeader, type NpyArray, NpyError, parseAnyNpyHeader } from '../../archives/npy.js';
import { ImagesError } from '../../core/errors.js';

import { type RawLayout, rawBytes } from '../workers/picture-place.js';
import { refuseRowCount } from './row-set.js';

/** Pictures as the rows of an array. */
export interface ArrayLayout {
  readonly rows: number;
  readonly layout: RawLayout;
  /** Bytes before the first row. */
  readonly dataOffset: number;
}

const UINT8 = '|u1';

/**
 * What the first bytes of a `.npy` file of `bytes` bytes say of the pictures in it: uint8 in C order,
 * N×H×W×3, or N×H×W×1 or N×H×W in gray.
 *
 * @throws {ImagesError} for anything else, with `shown` as the subject of the sentence
 */
export function readArrayLayout(shown: string, head: Uint8Array, bytes: number): ArrayLayout {
  const header = parseHeader(shown, head);
  refuseOtherValues(shown, header);
  const { shape, dataOffset } = header;
  const [rows, height, width, channels = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3)) {
    throw new ImagesError(
      `${shown} has the shape ${shape.join('×') || 'of a single value'} instead of N×H×W×3 (or N×H×W in gray): ${adviceOn(shape)}.`,
    );
  }
  const layout: RawLayout = { width, height, channels, isPlanar: false };
  if (width === 0 || height === 0) {
    throw new ImagesError(`${shown} has the shape ${shape.join('×')}, which has no pixels: save it again.`);
  }
  const expected = dataOffset + rows * rawBytes(layout);
  if (expected !== bytes) {
    const reason = bytes < expected ? 'it is cut short or its header lies' : 'its header lies';
    throw new ImagesError(
      `${shown} is ${bytes} bytes long instead of the ${expected} of its shape ${shape.join('×')}: ${reason}, save it again.`,
    );
  }
  refuseRowCount(shown, rows);
  return { rows, layout, dataOffset };
}

function parseHeader(shown: string, head: Uint8Array): AnyNpyHeader {
  try {
    return parseAnyNpyHeader(head);
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    throw new ImagesError(`${shown} ${error.message}: save it again with numpy.save or numpy.savez.`, {
      cause: error,
    });
  }
}

function refuseOtherValues(shown: string, { type, fortranOrder }: AnyNpyHeader): void {
  if (/^[<>=]f\d/.test(type)) {
    throw new ImagesError(
      `${shown} holds floating-point values (${type}) instead of uint8: scale them to 0…255 and save array.round().clip(0, 255).astype('uint8').`,
    );
  }
  if (type === '|O') {
    throw new ImagesError(
      `${shown} holds Python objects, which may run code and are never read: save a plain uint8 array.`,
    );
  }
  if (type !== UINT8) {
    throw new ImagesError(
      `${shown} holds values of type ${type} instead of uint8: save array.astype('uint8').`,
    );
  }
  if (fortranOrder) {
    throw new ImagesError(
      `${shown} is in Fortran order, where a picture's pixels lie far apart: save numpy.ascontiguousarray(array).`,
    );
  }
}

function adviceOn(shape: readonly number[]): string {
  if (shape.length === 4 && (shape[1] === 1 || shape[1] === 3)) {
    return 'the channels come last, save array.transpose(0, 2, 3, 1)';
  }
  if (shape.length === 4 && shape[3] === 4) return 'drop the transparency, save array[..., :3]';
  return 'save the pictures as such an array';
}

/**
 * Labels of `rows` pictures as text.
 *
 * @throws {ImagesError} unless they are whole numbers from 0, one each
 */
export function readLabelArray(shown: string, { shape, data }: NpyArray, rows: number): string[] {
  if (data instanceof Float32Array || data instanceof Float64Array) {
    throw new ImagesError(`${shown} holds floating-point labels: save labels.astype('int64').`);
  }
  const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!isColumn || data.length !== rows) {
    throw new ImagesError(
      `${shown} has the shape ${shape.join('×')}, but there are ${rows} pictures: save one whole number for each.`,
    );
  }
  for (let row = 0; row < data.length; row++) {
    if (data[row] < 0) {
      throw new ImagesError(
        `${shown} gives picture ${row} the label ${data[row]}: classes are numbered from 0, leave the labels out if there are none.`,
      );
    }
  }
  return Array.from<number | bigint, string>(data, String);
}
