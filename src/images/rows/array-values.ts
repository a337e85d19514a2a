import type { AnyNpyHeader } from '../../archives/npy.js';
import { ImagesError } from '../../core/errors.js';
import { VALUE_TYPES, type ValueType } from '../decoding/values/scale-range.js';
import type { PictureReading } from '../picture-reading.js';

const RANGE = '--range (of a reference --reference-range)';
const BIT_DEPTH = '--bit-depth (of a reference --reference-bit-depth)';

/**
 * The type of an array's values, where they can be read as pixels: uint8, or what the reading says.
 *
 * @throws {ImagesError} with `shown` as the subject, naming the option that reads them
 */
export function chooseValueType(
  shown: string,
  { type, fortranOrder }: AnyNpyHeader,
  { range, bitDepth }: PictureReading,
): ValueType {
  if (type === '|O') {
    throw new ImagesError(
      `${shown} holds Python objects, which may run code and are never read: save a plain uint8 array.`,
    );
  }
  const known = VALUE_TYPES.find((one) => type === `|${one}` || type === `<${one}`);
  if (known !== 'u1' && range === undefined && !(known === 'u2' && bitDepth !== undefined)) {
    throw new ImagesError(`${shown} ${adviceOnType(type)}.`);
  }
  if (known === undefined) {
    const advice = type.startsWith('>')
      ? "save array.astype(array.dtype.newbyteorder('<'))"
      : "save array.astype('uint8')";
    throw new ImagesError(`${shown} holds values of type ${type} instead of uint8: ${advice}.`);
  }
  if (fortranOrder) {
    throw new ImagesError(
      `${shown} is in Fortran order, where a picture's pixels lie far apart: save numpy.ascontiguousarray(array).`,
    );
  }
  return known;
}

/** Predicate and remedy for a type that needs a word. */
function adviceOnType(type: string): string {
  if (/^[<>=]f\d/.test(type)) {
    return `holds floating-point values (${type}) instead of uint8: say with ${RANGE} which values are black and white (0..1, -1..1 or 0..255), or save array.round().clip(0, 255).astype('uint8')`;
  }
  if (/^.b1$/.test(type)) {
    return `holds truth values (${type}) instead of uint8: ${RANGE} 0..1 makes them black and white`;
  }
  if (/^[<>=]u2$/.test(type)) {
    return `holds 16-bit values (${type}) instead of uint8: say with ${BIT_DEPTH} how many of their bits are used, 8 to 16`;
  }
  if (/^[<>=|][ui][1248]$/.test(type)) {
    return `holds integers of type ${type} instead of uint8: if they are 0 to 255, say ${RANGE} 0..255`;
  }
  return `holds values of type ${type} instead of uint8: save array.astype('uint8')`;
}
