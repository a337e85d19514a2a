/** A row of one plane: its values stand in `data` from `start` on, `step` apart. */
export interface PlaneRow {
  readonly data: Uint8Array | Float32Array;
  readonly start: number;
  readonly step: number;
}

/** One plane of a picture (all of red, of green or of blue) that is read row by row. */
export interface PlaneRows {
  readonly width: number;
  readonly height: number;
  /**
   * The row `y`, from 0; rows are asked for in ascending order, and a row may be asked for again. It and the one that was asked for
   * before it stay as they are until the next call.
   */
  row(y: number): PlaneRow;
}

/** uint8 RGB [height, width, 3], 0–255, row-major. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A channel of decoded pixels, where they stand. */
export function rowsOfPixels({ width, height, pixels }: Pixels, channel: number): PlaneRows {
  return {
    width,
    height,
    row: (y) => ({ data: pixels, start: y * width * 3 + channel, step: 3 }),
  };
}

/** A plane in memory. */
export function rowsOfPlane(plane: Float32Array, width: number, height: number): PlaneRows {
  return { width, height, row: (y) => ({ data: plane, start: y * width, step: 1 }) };
}

/** A part of a plane; the rows above it are not asked for. */
export function cutPlane(
  plane: PlaneRows,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): PlaneRows {
  return {
    width,
    height,
    row(y) {
      const { data, start, step } = plane.row(y + top);
      return { data, start: start + left * step, step };
    },
  };
}

/** Reads all rows into memory: float32 [height, width]. */
export function collectRows({ width, height, row }: PlaneRows): Float32Array {
  const plane = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const { data, start, step } = row(y);
    for (let x = 0, at = start, to = y * width; x < width; x++, at += step) plane[to++] = data[at];
  }
  return plane;
}
