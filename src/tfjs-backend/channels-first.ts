import type { LazyValue } from './lazy-value.js';
import { transpose } from './rearrange.js';

/** Names of tfjs's two layouts of a batch of pictures, as its attributes have them. */
export type DataFormat = 'NHWC' | 'NCHW';

/**
 * A batch [N, H, W, C] as ONNX wants it, [N, C, H, W]. The transposes that this and `fromChannelsFirst` leave in the graph
 * cancel when it is compiled: between two convolutions nothing is moved.
 */
export function toChannelsFirst(batch: LazyValue, format: DataFormat = 'NHWC'): LazyValue {
  return format === 'NHWC' ? transpose(batch, [0, 3, 1, 2]) : batch;
}

/** A batch [N, C, H, W] in the layout that the tensor is to have. */
export function fromChannelsFirst(batch: LazyValue, format: DataFormat = 'NHWC'): LazyValue {
  return format === 'NHWC' ? transpose(batch, [0, 2, 3, 1]) : batch;
}
