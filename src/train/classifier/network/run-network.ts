import type { DeviceChoice } from '../../../devices/device-choices.js';
import { openSession } from '../../../onnx/session.js';
import { float32 } from '../../../onnx/tensor.js';
import type { LabeledSet } from '../../pictures/labeled-set.js';
import { BatchFiller, type Normalization } from '../data/augment.js';

/** Class scores of labeled pictures. */
export interface LabeledLogits {
  /** Row-major [count, classes]. */
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly classes: number;
}

const BATCH = 256;

export interface RunOptions {
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs an exported network over a set.
 *
 * @throws {NetworkError} if it cannot run
 */
export async function runNetwork(
  model: Uint8Array,
  set: LabeledSet,
  normalization: Normalization,
  { device, threads, signal }: RunOptions,
): Promise<LabeledLogits> {
  const { count, size, labels } = set;
  const classes = set.classNames.length;
  const session = await openSession(model, { device, threads, what: 'the trained network' });
  const filler = new BatchFiller(set, normalization);
  const logits = new Float32Array(count * classes);
  try {
    for (let from = 0; from < count; from += BATCH) {
      signal?.throwIfAborted();
      const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => from + i);
      const image = float32(planes(filler, rows, set), [rows.length, 3, size, size]);
      const outputs = await session.run({ image }, ['logits']);
      logits.set(outputs.logits.data as Float32Array, from * classes);
    }
  } finally {
    await session.close();
  }
  return { logits, labels, classes };
}

/** The pictures as [rows, 3, size, size]; a gray one's plane three times. */
function planes(filler: BatchFiller, rows: readonly number[], { size, channels }: LabeledSet): Float32Array {
  const places = size * size;
  const packed = new Float32Array(rows.length * places * channels);
  filler.fillPlain(rows, packed);
  const planar = new Float32Array(rows.length * places * 3);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < 3; c++) {
      const to = (i * 3 + c) * places;
      const from = i * places * channels + (channels === 3 ? c : 0);
      for (let at = 0; at < places; at++) planar[to + at] = packed[from + at * channels];
    }
  }
  return planar;
}
