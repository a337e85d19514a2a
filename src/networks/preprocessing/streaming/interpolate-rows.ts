import { TwoRows } from './antialias-rows.js';
import type { PlaneRow, PlaneRows } from './plane-rows.js';
import type { Wanted } from './wanted.js';

const { fround, floor, min, max, abs } = Math;

/** Where output coordinates lie in the input: corner on corner, or middle of the pixels on middle. */
export type Coordinates = 'asymmetric' | 'half_pixel';

/** The two samples of an axis between which an output lies, and the weight of each. */
interface Place {
  readonly first: number;
  readonly second: number;
  readonly firstWeight: number;
  readonly secondWeight: number;
}

/** Places on an axis in the float32 arithmetic of ONNX Runtime's Resize. */
function placer(input: number, output: number, coordinates: Coordinates): (i: number) => Place {
  const ratio = fround(fround(output) / fround(input));
  return (i) => {
    const original =
      ratio === 1
        ? fround(i)
        : coordinates === 'asymmetric'
          ? fround(fround(i) / ratio)
          : fround(fround(fround(fround(i) + 0.5) / ratio) - 0.5);
    const at = max(0, min(original, fround(input - 1)));
    const first = min(floor(at), input - 1);
    const second = min(first + 1, input - 1);
    if (first === second) return { first, second, firstWeight: 0.5, secondWeight: 0.5 };
    return {
      first,
      second,
      firstWeight: fround(abs(fround(at - fround(second)))),
      secondWeight: fround(abs(fround(at - fround(first)))),
    };
  };
}

/** Above so many columns, their places are computed again for each row. */
const MAX_KEPT_PLACES = 1 << 14;

/**
 * Resizes a plane by the four nearest samples of each output, row by row, with ONNX Runtime's numbers to the bit.
 *
 * @param source plane, whose rows are read in ascending order
 * @param wanted size of the result, and which of its columns the rows have
 */
export function interpolateRows(
  source: PlaneRows,
  { width: all, height, left: skipped = 0, columns: width = all }: Wanted,
  coordinates: Coordinates,
): PlaneRows {
  const place = placer(source.width, all, coordinates);
  const placeAcross = (x: number) => place(x + skipped);
  const placeDown = placer(source.height, height, coordinates);
  const kept = width <= MAX_KEPT_PLACES ? Array.from({ length: width }, (_, x) => placeAcross(x)) : undefined;
  const isCopy = all === source.width && height === source.height;
  const alternate = new TwoRows(width);
  return {
    width,
    height,
    row(y): PlaneRow {
      if (isCopy) {
        const { data, start, step } = source.row(y);
        return { data, start: start + skipped * step, step };
      }
      const { values, isNew } = alternate.take(y);
      if (!isNew) return { data: values, start: 0, step: 1 };
      const { first, second, firstWeight, secondWeight } = placeDown(y);
      const upper = source.row(first);
      const lower = source.row(second);
      for (let x = 0; x < width; x++) {
        const across = kept ? kept[x] : placeAcross(x);
        const left = across.first;
        const right = across.second;
        const topLeft = fround(fround(across.firstWeight * firstWeight) * at(upper, left));
        const topRight = fround(fround(across.secondWeight * firstWeight) * at(upper, right));
        const bottomLeft = fround(fround(across.firstWeight * secondWeight) * at(lower, left));
        const bottomRight = fround(fround(across.secondWeight * secondWeight) * at(lower, right));
        values[x] = fround(fround(topLeft + topRight) + bottomLeft) + bottomRight;
      }
      return { data: values, start: 0, step: 1 };
    },
  };
}

function at({ data, start, step }: PlaneRow, x: number): number {
  return data[start + x * step];
}
