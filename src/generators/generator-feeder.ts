import type { PathStep } from '../images/latent-paths.js';
import { toHalf } from '../onnx/half.js';
import type { Session } from '../onnx/session.js';
import { type FedTensor, float32, float64, type TensorData } from '../onnx/tensor.js';
import type { ClassInput, FloatingType, GeneratorInputs } from './generator-inputs.js';
import { interpolateLatents } from './interpolate-latents.js';
import type { LatentStream } from './latent-stream.js';

/** What a generator is fed with. */
export interface Feed {
  readonly inputs: GeneratorInputs;
  /** Rows from 0 are the pictures' own latents; those from `count` on are what steps go towards. */
  readonly stream: LatentStream;
  readonly count: number;
  /** int32 [count], where the generator takes classes. */
  readonly labels?: Int32Array;
  /** Name of the output of pictures. */
  readonly output: string;
}

/** Feeds a generator with latents and classes. */
export class GeneratorFeeder {
  constructor(
    readonly session: Session,
    readonly feed: Feed,
  ) {}

  /**
   * What the generator gives for a batch.
   *
   * @param first index of the first picture
   * @param batch how many
   * @param step takes latents a step away
   */
  async run(first: number, batch: number, step?: PathStep): Promise<TensorData> {
    const { inputs, labels, output } = this.feed;
    const { latent, classes } = inputs;
    const feeds = {
      [latent.name]: feedValues(latent.type, this.#latents(first, batch, step), [batch, ...latent.shape]),
      ...(classes && labels && { [classes.name]: feedClasses(classes, labels.subarray(first), batch) }),
    };
    return (await this.session.run(feeds, [output]))[output];
  }

  #latents(first: number, batch: number, step?: PathStep): Float32Array {
    const { stream, count } = this.feed;
    const own = stream.rows(first, batch);
    if (!step) return own;
    return interpolateLatents(own, stream.rows(count + first, batch), stream.width, step);
  }
}

/** After the last picture the first class fills the batch. */
function feedClasses({ type, classes, isColumn }: ClassInput, labels: Int32Array, batch: number): FedTensor {
  const shape = isColumn ? [batch, 1] : [batch];
  const own = Int32Array.from({ length: batch }, (_, i) => labels[i] ?? 0);
  if (type === 'int32') return { type, shape, data: own };
  if (type === 'int64') return { type, shape, data: BigInt64Array.from(own, BigInt) };
  const hot = new Float32Array(batch * classes);
  for (const [i, label] of own.entries()) hot[i * classes + label] = 1;
  return feedValues(type, hot, [batch, classes]);
}

/** float32 numbers in the type that the generator takes: float16 are the nearest ones. */
function feedValues(type: FloatingType, values: Float32Array, shape: readonly number[]): FedTensor {
  if (type === 'float16') return { type, shape, data: toHalf(values) };
  return type === 'float64' ? float64(Float64Array.from(values), shape) : float32(values, shape);
}
