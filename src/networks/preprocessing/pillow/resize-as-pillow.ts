import { type Frame, type Framing, frameOf } from '../framing.js';
import type { Pixels } from '../streaming/plane-rows.js';
import { PILLOW_FILTERS, type PillowMethod } from './pillow-filters.js';
import { PillowWeights } from './pillow-weights.js';
import { weighAcross, weighDown } from './weigh-rows.js';

/** Rows between the two passes are kept up to so many bytes, or as many as two outputs take. */
const KEPT_BYTES = 1 << 16;

/**
 * Resizes a picture and cuts a square out of it as Pillow does, to the byte. Two passes, each rounded to whole levels: first across, then
 * down; since Pillow 13 the other way round where the height loses more than twice the pixels that the width loses.
 *
 * Beside the picture and the result, some rows and the weights are in memory.
 *
 * @param picture uint8 RGB
 * @param input how it is resized and cut
 * @returns uint8 RGB [size, size, 3]
 */
export function resizeAsPillow(
  picture: Pixels,
  input: Framing & { readonly resize: PillowMethod },
): Uint8Array {
  const { size: side, resize } = input;
  const frame = frameOf(picture, input);
  const { source, resized, left, top } = frame;
  const filter = PILLOW_FILTERS[resize];
  const across = { input: source.width, output: resized.width, first: left, count: side };
  const down = { input: source.height, output: resized.height, first: top, count: side };
  const plan: Plan = {
    frame,
    side,
    across: new PillowWeights(across, filter),
    down: new PillowWeights(down, filter),
  };
  const lost = source.height - resized.height;
  const isDownFirst = lost > 0 && lost > 2 * (source.width - resized.width);
  const levels = new Uint8ClampedArray(side * side * 3);
  if (isDownFirst) downThenAcross(plan, picture, levels);
  else acrossThenDown(plan, picture, levels);
  return new Uint8Array(levels.buffer);
}

/** Of which samples the outputs of a resizing are made. */
interface Plan {
  readonly frame: Frame;
  readonly side: number;
  readonly across: PillowWeights;
  readonly down: PillowWeights;
}

function acrossThenDown({ frame, side, across, down }: Plan, picture: Pixels, out: Uint8ClampedArray): void {
  const step = side * 3;
  const end = down.from[side - 1] + down.taken[side - 1];
  const room = Math.min(Math.max(2 * down.longest, Math.floor(KEPT_BYTES / step)), end - down.from[0]);
  const rows = new Uint8ClampedArray(room * step);
  const samples = new Uint8Array(rows.buffer);
  const sums = new Int32Array(step);
  // Rows [top, next) of the picture stand in memory, from its beginning on.
  let top = down.from[0];
  let next = top;
  for (let y = 0; y < side; y++) {
    const from = down.from[y];
    const to = from + down.taken[y];
    if (to - top > room) {
      rows.copyWithin(0, (from - top) * step, (next - top) * step);
      top = from;
      next = Math.max(next, top);
    }
    for (; next < to; next++) {
      const row = { samples: picture.pixels, at: startOf(next, frame, picture) };
      weighAcross(row, across, { samples: rows, at: (next - top) * step });
    }
    const needed = { samples, at: (from - top) * step, step };
    weighDown(needed, down.of(y), sums, { samples: out, at: y * step });
  }
}

function downThenAcross({ frame, side, across, down }: Plan, picture: Pixels, out: Uint8ClampedArray): void {
  const sums = new Int32Array(frame.source.width * 3);
  const levels = new Uint8ClampedArray(sums.length);
  const row = { samples: new Uint8Array(levels.buffer), at: 0 };
  for (let y = 0; y < side; y++) {
    const at = startOf(down.from[y], frame, picture);
    const needed = { samples: picture.pixels, at, step: picture.width * 3 };
    weighDown(needed, down.of(y), sums, { samples: levels, at: 0 });
    weighAcross(row, across, { samples: out, at: y * side * 3 });
  }
}

/** Where the row `y` of the part that is resized begins among the samples of the picture. */
function startOf(y: number, { source }: Frame, { width }: Pixels): number {
  return ((y + source.top) * width + source.left) * 3;
}
