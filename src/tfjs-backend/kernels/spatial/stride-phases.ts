import type { AxisGeometry } from '../../convolution-geometry.js';

/** What of a filter meets the positions `phase + stride·q` of an axis of the input, and the padding it then needs. */
export interface Phase {
  /** The last position in the filter; the others are a stride apart from each other. */
  readonly last: number;
  readonly size: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The gradient by the input of a strided convolution is a dense convolution for each phase of the stride, and their results
 * are interleaved. Each makes ⌈input / stride⌉ positions; what lies beyond the input is cut off.
 */
export function phasesOf(axis: AxisGeometry): Phase[] {
  const { window, output, stride, before } = axis;
  return Array.from({ length: stride }, (_, phase) => {
    const first = (phase + before) % stride;
    const shift = Math.floor((phase + before) / stride);
    const size = Math.ceil((window - first) / stride);
    return {
      last: first + (size - 1) * stride,
      size,
      before: size - 1 - shift,
      after: positionsOf(axis) - output + shift,
    };
  });
}

/** Positions of each phase. */
export function positionsOf({ input, stride }: AxisGeometry): number {
  return Math.ceil(input / stride);
}

/** Whether `Conv` can make each phase: it has no empty windows, and cannot cut padding off. */
export function hasPhases(axis: AxisGeometry): boolean {
  if (axis.dilation !== 1) return false;
  return phasesOf(axis).every(({ size, before, after }) => size > 0 && before >= 0 && after >= 0);
}
