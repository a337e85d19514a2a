import { NetworkError, UsageError } from '../core/errors.js';
import type { ValueRange } from '../images/picture.js';
import type { ArrayAxes } from '../images/picture-reading.js';
import type { ModelFile } from '../onnx/model-file.js';

/** How pictures lie in what a generator gives. */
export interface OutputForm {
  /** Axes: n pictures, c channels, h rows, w columns. */
  readonly layout: 'nchw' | 'nhwc' | 'nhw';
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Element type: bytes are pixels as they are. */
  readonly type: 'uint8' | 'float16' | 'float32' | 'float64';
}

const TYPES = ['uint8', 'float16', 'float32', 'float64'] as const;

/**
 * How pictures lie in an output of a shape.
 *
 * @param what how errors name the generator
 * @param stated the layout that the user says
 * @throws {NetworkError} for what is no pictures
 * @throws {UsageError} where two layouts are possible, or the stated one is not
 */
export function formOfOutput(
  what: string,
  { type, shape }: { readonly type: string; readonly shape: readonly number[] },
  stated?: ArrayAxes,
): OutputForm {
  const known = TYPES.find((each) => each === type);
  const [, second, third, last] = shape;
  const given = `${type || 'no tensor'} [${shape.join(', ')}]`;
  if (known === undefined || (shape.length !== 4 && shape.length !== 3)) {
    throw new NetworkError(
      `${what} gives ${given} and no pictures: give a generator whose first output is uint8 or floating-point [n, 3, height, width] or [n, height, width, 3].`,
    );
  }
  const possible: OutputForm[] = [];
  const add = (form: Omit<OutputForm, 'type'>) => possible.push({ ...form, type: known });
  if (shape.length === 3) add({ layout: 'nhw', height: second, width: third, channels: 1 });
  if (shape.length === 4 && isChannels(second))
    add({ layout: 'nchw', height: third, width: last, channels: second });
  if (shape.length === 4 && isChannels(last))
    add({ layout: 'nhwc', height: second, width: third, channels: last });
  const fitting = possible.filter(({ layout }) => stated === undefined || layout === stated);
  const [form] = fitting;
  if (form && fitting.length === 1 && form.height >= 1 && form.width >= 1) return form;
  if (fitting.length > 1) {
    throw new UsageError(
      `${what} gives ${given}, where the channels may be first or last: say --layout nchw or --layout nhwc.`,
    );
  }
  if (possible.length > 0 && stated !== undefined) {
    throw new UsageError(
      `${what} gives ${given}, which is not ${stated}: say another --layout, or leave it out.`,
    );
  }
  throw new NetworkError(
    `${what} gives ${given}, and pictures have 1 or 3 channels and at least a pixel: give a generator of such pictures.`,
  );
}

const isChannels = (side: number): side is 1 | 3 => side === 1 || side === 3;

/** Least and largest value, and the part of the values from -1 to 1. */
export interface ValueSpread {
  readonly least: number;
  readonly largest: number;
  readonly within: number;
}

/** Pictures go through these last steps with the range that they have. */
const KEEPS_VALUES = new Set(['Identity', 'Transpose', 'Reshape', 'Squeeze', 'Unsqueeze', 'Resize']);
const RANGE_OF_OPERATOR: Readonly<Record<string, ValueRange>> = { Tanh: '-1..1', Sigmoid: '0..1' };

/** The range that the last step of a generator has by its nature; undefined if it tells nothing. */
export function rangeByGraph({ proto }: ModelFile, output: string): ValueRange | undefined {
  let value = output;
  for (let step = 0; step < 16; step++) {
    const node = proto.graph?.node.find((each) => each.output.includes(value));
    if (!node) return undefined;
    if (!KEEPS_VALUES.has(node.opType)) return RANGE_OF_OPERATOR[node.opType];
    value = node.input[0];
  }
  return undefined;
}

/** Of -1 to 1, at least this part of the values lies inside: generators without a tanh at the end step over it a little. */
const MOST_WITHIN = 0.95;
/** How far over it. */
const FARTHEST = 3;
/** Black is near -1: a set that has nothing below this may be one from 0 to 1 that steps below 0. */
const SURELY_NEGATIVE = -0.5;
/** A set from 0 to 255 has something brighter than this. */
const SURELY_BYTES = 8;

/**
 * The range of values by some pictures.
 *
 * @throws {UsageError} where it can't be told for sure
 */
export function rangeByValues(what: string, { least, largest, within }: ValueSpread): ValueRange {
  if (least < SURELY_NEGATIVE && least >= -FARTHEST && largest <= FARTHEST && within >= MOST_WITHIN) {
    return '-1..1';
  }
  if (least >= 0 && largest <= 1 && largest > 0.5) return '0..1';
  if (least >= 0 && largest > SURELY_BYTES && largest <= 255) return '0..255';
  throw new UsageError(
    `The first pictures of ${what} have values from ${brief(least)} to ${brief(largest)}, which do not tell what is black and white: say --range -1..1, 0..1 or 0..255.`,
  );
}

const brief = (value: number) => Number(value.toPrecision(4));
