/** Pixels of a picture, row by row, channels together. */
export interface Pixels {
  /** uint8, 0–255. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly channels: number;
}

/** Positions along one axis of a halved picture, each as the pixels of the picture that it is the mean of. */
export interface AxisPart {
  /** Pixels per position, a power of 2. */
  readonly perPosition: number;
  /** Indices along the axis of the picture, `perPosition` for each position. */
  readonly pixels: Int32Array;
}

/** Length of an axis after so many halvings; an odd length is rounded up. */
export function halvedLength(length: number, halvings: number): number {
  let halved = length;
  for (let i = 0; i < halvings; i++) halved = Math.ceil(halved / 2);
  return halved;
}

/**
 * The positions [start, start + count) of an axis of `length` pixels halved so many times. An odd length counts its last pixel twice
 * at each halving. What stands beyond the edge is the last position again.
 */
export function listPositions(length: number, halvings: number, start: number, count: number): AxisPart {
  const lengths = Array.from({ length: halvings + 1 }, (_, i) => halvedLength(length, i));
  const perPosition = 2 ** halvings;
  const pixels = new Int32Array(count * perPosition);
  for (let position = 0; position < count; position++) {
    for (let part = 0; part < perPosition; part++) {
      let at = Math.min(start + position, lengths[halvings] - 1);
      for (let level = halvings - 1; level >= 0; level--) {
        at = Math.min(2 * at + ((part >> level) & 1), lengths[level] - 1);
      }
      pixels[position * perPosition + part] = at;
    }
  }
  return { perPosition, pixels };
}

/**
 * A part of a picture.
 *
 * @returns uint8 [rows, columns, channels]
 */
export function cutPixels({ data, width, channels }: Pixels, rows: AxisPart, columns: AxisPart): Uint8Array {
  const numColumns = columns.pixels.length;
  const cut = new Uint8Array(rows.pixels.length * numColumns * channels);
  const [first] = columns.pixels;
  // Beyond the right edge stands what comes next in memory: it is never counted.
  rows.pixels.forEach((row, i) => {
    const start = (row * width + first) * channels;
    cut.set(data.subarray(start, start + numColumns * channels), i * numColumns * channels);
  });
  return cut;
}

/**
 * A part of a halved picture from the picture itself, so that no halved copy is held. Sums of up to 256 bytes and their division by a
 * power of 2 are exact in float32: halving step by step gives the same bits.
 *
 * @returns float32 [rows, columns, channels]
 */
export function averagePixels(
  { data, width, channels }: Pixels,
  rows: AxisPart,
  columns: AxisPart,
): Float32Array {
  const { perPosition } = columns;
  const first = columns.pixels[0];
  const offsets = columns.pixels.map((column) => (column - first) * channels);
  // The pixels of all columns, summed over the rows of a position.
  const line = new Int32Array(offsets[offsets.length - 1] + channels);
  const ofRow = (columns.pixels.length / perPosition) * channels;
  const means = new Float32Array((rows.pixels.length / perPosition) * ofRow);
  for (let at = 0, part = 0; at < means.length; at += ofRow) {
    line.fill(0);
    for (const end = part + perPosition; part < end; part++) {
      const start = (rows.pixels[part] * width + first) * channels;
      for (let i = 0; i < line.length; i++) line[i] += data[start + i];
    }
    averageLine(line, { offsets, perPosition, channels }, means.subarray(at, at + ofRow));
  }
  return means;
}

interface LineParts {
  readonly offsets: Int32Array;
  readonly perPosition: number;
  readonly channels: number;
}

function averageLine(
  line: Int32Array,
  { offsets, perPosition, channels }: LineParts,
  into: Float32Array,
): void {
  const scale = 1 / perPosition ** 2;
  for (let at = 0, first = 0; at < into.length; first += perPosition) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let part = first; part < first + perPosition; part++) sum += line[offsets[part] + channel];
      into[at++] = sum * scale;
    }
  }
}
