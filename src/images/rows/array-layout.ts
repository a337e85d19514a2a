import { findFloatType } from '../../archives/float-values.js';
import { type AnyNpyHeader, type NpyArray, NpyError, parseAnyNpyHeader } from '../../archives/npy.js';
import { ImagesError } from '../../core/errors.js';
import type { PictureReading } from '../picture-reading.js';
import { type RawLayout, rawBytes } from '../workers/picture-place.js';
import { arrangeAxes } from './array-axes.js';
import { chooseValueType } from './array-values.js';
import { refuseRowCount } from './row-set.js';

/** Pictures as the rows of an array. */
export interface ArrayLayout {
  readonly rows: number;
  readonly layout: RawLayout;
  /** Bytes before the first row. */
  readonly dataOffset: number;
}

/**
 * What the first bytes of a `.npy` file of `bytes` bytes say of the pictures in it, in C order: N×H×W×3 (or ×4, ×1), N×H×W in gray, or
 * H×W×3 (or ×4) as one picture, of uint8 or of what `reading` says.
 *
 * @throws {ImagesError} for anything else, with `shown` as the subject of the sentence
 */
export function readArrayLayout(
  shown: string,
  head: Uint8Array,
  bytes: number,
  reading: PictureReading = {},
): ArrayLayout {
  const header = parseHeader(shown, head);
  refuseFeatures(shown, header, reading);
  const type = chooseValueType(shown, header, reading);
  const { shape, dataOffset } = header;
  const { rows, height, width, channels, isPlanar } = arrangeAxes(shown, shape, reading.layout);
  const layout: RawLayout = { width, height, channels, isPlanar, ...(type !== 'u1' && { type }) };
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

/** Rows of floating-point numbers are features, unless a word was said of pixels. */
function refuseFeatures(
  shown: string,
  { shape, type }: AnyNpyHeader,
  { range, layout }: PictureReading,
): void {
  if (shape.length !== 2 || !findFloatType(type) || range !== undefined || layout !== undefined) return;
  throw new ImagesError(
    `${shown} holds ${shape[0]} rows of ${shape[1]} floating-point values (${type}), which are no pictures: if they are features, say --features; if it is one gray picture, say --layout hw and --range.`,
  );
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
