/** A filter of Pillow: how it weighs a sample by its distance in pixels, in double precision. */
export interface PillowFilter {
  /** Half of its width where nothing is reduced, in pixels. */
  readonly support: number;
  readonly weigh: (distance: number) => number;
}

/** Keys's cubic with Pillow's factor. */
const A = -0.5;

/** Pillow's filters, each with its operations in Pillow's order, so that the weights have its bits. */
export const PILLOW_FILTERS = {
  'pil-box-uint8': { support: 0.5, weigh: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  'pil-bilinear-uint8': { support: 1, weigh: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  'pil-hamming-uint8': {
    support: 1,
    weigh(distance) {
      const x = Math.abs(distance);
      if (x === 0) return 1;
      if (x >= 1) return 0;
      const turned = x * Math.PI;
      return (Math.sin(turned) / turned) * (0.54 + 0.46 * Math.cos(turned));
    },
  },
  'pil-bicubic-uint8': {
    support: 2,
    weigh(distance) {
      const x = Math.abs(distance);
      if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    },
  },
  'pil-lanczos-uint8': { support: 3, weigh: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} satisfies Record<string, PillowFilter>;

/** A way of resizing that Pillow's own arithmetic is needed for. */
export type PillowMethod = keyof typeof PILLOW_FILTERS;

function sinc(x: number): number {
  if (x === 0) return 1;
  const turned = x * Math.PI;
  return Math.sin(turned) / turned;
}

/** Whether a method resizes as Pillow does, to whole levels. */
export function isPillow(method: string): method is PillowMethod {
  return Object.hasOwn(PILLOW_FILTERS, method);
}
