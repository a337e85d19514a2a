import type { backend_util } from '@tensorflow/tfjs-core';

/** How windows slide over one axis. */
export interface AxisGeometry {
  /** Sides of the input, the window (without dilation) and the output. */
  readonly input: number;
  readonly window: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front of the input. */
  readonly before: number;
  /** Padding behind it, as much as the last window reaches over. */
  readonly after: number;
  /** What the last window leaves of the input at its end. */
  readonly unused: number;
}

/** Rows and columns. */
export type Geometry = readonly [AxisGeometry, AxisGeometry];

type ConvolutionInfo = Pick<
  backend_util.Conv2DInfo,
  | 'inHeight'
  | 'inWidth'
  | 'filterHeight'
  | 'filterWidth'
  | 'outHeight'
  | 'outWidth'
  | 'strideHeight'
  | 'strideWidth'
  | 'dilationHeight'
  | 'dilationWidth'
  | 'padInfo'
>;

/** The geometry of a convolution or pooling from tfjs's own description of it. */
export function geometryOf(info: ConvolutionInfo): Geometry {
  return [
    axis({
      input: info.inHeight,
      window: info.filterHeight,
      output: info.outHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    }),
    axis({
      input: info.inWidth,
      window: info.filterWidth,
      output: info.outWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    }),
  ];
}

/** One number for each axis of pictures. */
export function each(geometry: Geometry, of: (axis: AxisGeometry) => number): [number, number] {
  return [of(geometry[0]), of(geometry[1])];
}

/** ONNX's attributes for windows that slide so. */
export function windowAttributes(geometry: Geometry): Record<string, readonly number[]> {
  return {
    kernel_shape: each(geometry, ({ window }) => window),
    strides: each(geometry, ({ stride }) => stride),
    dilations: each(geometry, ({ dilation }) => dilation),
    pads: [...each(geometry, ({ before }) => before), ...each(geometry, ({ after }) => after)],
  };
}

/** Side of a window with the gaps that dilation makes. */
export function effectiveKernelSize({ window, dilation }: Pick<AxisGeometry, 'window' | 'dilation'>): number {
  return (window - 1) * dilation + 1;
}

function axis(given: Omit<AxisGeometry, 'after' | 'unused'>): AxisGeometry {
  // tfjs's padding behind counts rows that no window touches too, or, when it rounds up, not all that one touches.
  const end = (given.output - 1) * given.stride + effectiveKernelSize(given) - given.before - given.input;
  return { ...given, after: Math.max(0, end), unused: Math.max(0, -end) };
}
