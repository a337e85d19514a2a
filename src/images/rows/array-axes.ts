import { ImagesError } from '../../core/errors.js';
import type { ArrayAxes } from '../picture-reading.js';

/** Rows and the size of each. */
export interface ArrangedAxes {
  readonly rows: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  /** Whether channels come before rows and columns. */
  readonly isPlanar: boolean;
}

const LAYOUT = '--layout (of a reference --reference-layout)';

/**
 * What the axes of an array of pictures are: as stated, or by their number and the last one.
 *
 * Three axes with a last one of 3 or 4 are one picture, H×W×3: a set of gray pictures 3 or 4 pixels wide is nothing that anyone scores.
 *
 * @throws {ImagesError} if the shape fits no arrangement, with `shown` as the subject
 */
export function arrangeAxes(
  shown: string,
  shape: readonly number[],
  stated: ArrayAxes | undefined,
): ArrangedAxes {
  const axes = stated ?? guessAxes(shape);
  const product = shape.join('×') || 'of a single value';
  if (axes === undefined) {
    throw new ImagesError(
      `${shown} has the shape ${product} instead of N×H×W×3 (or N×H×W in gray): ${adviceOn(shape)}.`,
    );
  }
  if (axes.length !== shape.length) {
    throw new ImagesError(
      `${shown} has the shape ${product}, which has not the axes ${axes}: say another ${LAYOUT}, or leave it out.`,
    );
  }
  const side = (axis: string, otherwise: number) => shape[axes.indexOf(axis)] ?? otherwise;
  const channels = side('c', 1);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new ImagesError(
      `${shown} has the shape ${product} with ${channels} channels, where 1, 3 or 4 are possible: say another ${LAYOUT}.`,
    );
  }
  return {
    rows: side('n', 1),
    height: side('h', 0),
    width: side('w', 0),
    channels,
    isPlanar: axes.includes('chw') && channels > 1,
  };
}

const isChannels = (side: number) => side === 1 || side === 3 || side === 4;

function guessAxes(shape: readonly number[]): ArrayAxes | undefined {
  const last = shape[shape.length - 1];
  if (shape.length === 4) return isChannels(last) ? 'nhwc' : undefined;
  if (shape.length !== 3) return undefined;
  if (last === 3 || last === 4) return 'hwc';
  // One picture with its channels first, or three gray ones.
  return shape[0] === 3 ? undefined : 'nhw';
}

function adviceOn(shape: readonly number[]): string {
  if (shape.length === 4 && isChannels(shape[1])) {
    return `if the channels come first, say ${LAYOUT} nchw, or save array.transpose(0, 2, 3, 1)`;
  }
  if (shape.length === 3) return `say ${LAYOUT} chw for one picture or nhw for ${shape[0]} gray ones`;
  if (shape.length === 2) return `if it is one gray picture, say ${LAYOUT} hw`;
  return 'save the pictures as such an array';
}
