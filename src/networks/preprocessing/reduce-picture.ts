import { GraphBuilder } from '../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../onnx/join-models.js';
import { openSession } from '../../onnx/session.js';
import { uint8 } from '../../onnx/tensor.js';
import { type Reduction, reduceAndEnlarge } from './preprocess.js';
import { isLarge } from './streaming/large-pictures.js';
import type { Pixels } from './streaming/plane-rows.js';
import { reduceByRows } from './streaming/reduce-by-rows.js';

/** Takes detail out of pictures as an extractor does, for people to see. */
export interface Reducer {
  /** A picture of the same size without detail above the resolution, rounded to whole levels. */
  reduce(picture: Pixels): Promise<Pixels>;
  close(): Promise<void>;
}

/** Opens what reduces pictures to a resolution and enlarges them back. */
export async function openReducer(reduction: Reduction): Promise<Reducer> {
  const graph = new GraphBuilder('reduction', { opset: ANTIALIAS_OPSET });
  const image = graph.input('image', 'uint8', [1, 'h', 'w', 3]);
  const channels = graph.cast(graph.node('Transpose', [image], { perm: [0, 3, 1, 2] }), 'float32');
  // The runtime (1.30) infers a wrong number of sizes for planes whose sides it knows by name; a Reshape hides the names.
  const planes = graph.node('Reshape', [channels, graph.integers([1, -1, 0, 0])]);
  const reduced = graph.node('Round', [reduceAndEnlarge(graph, planes, reduction)]);
  const levels = graph.node('Clip', [reduced, graph.scalar(0), graph.scalar(255)]);
  const back = graph.cast(graph.node('Transpose', [levels], { perm: [0, 2, 3, 1] }), 'uint8');
  graph.output('reduced', back, 'uint8', [1, 'h', 'w', 3]);
  const session = await openSession(graph.toBytes(), { device: 'cpu', what: 'the reduction' });
  return {
    async reduce({ width, height, pixels }) {
      if (isLarge({ width, height }, { width: 0, height: 0 }, reduction))
        return reduceByRows({ width, height, pixels }, reduction);
      const outputs = await session.run({ image: uint8(pixels, [1, height, width, 3]) });
      return { width, height, pixels: outputs.reduced.data as Uint8Array };
    },
    close: () => session.close(),
  };
}
