import type { GraphBuilder } from '../../onnx/graph.js';
import type { NetworkCard } from '../cards/card.js';
import type { WeightTensors } from './weights.js';

/** What the card of every network of one architecture says. */
export type ArchitectureCard = Pick<
  NetworkCard,
  'input' | 'outputs' | 'classes' | 'synsets' | 'classesNeedMap' | 'classRange'
>;

/** Names of a weight file's tensors with their shapes. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

/**
 * A kind of network whose weight files can be imported: how they are recognized, what graph they become, and how the network is fed. A new one
 * is a file with such an object and a line in `index.ts`.
 */
export interface Architecture {
  /** What `--arch` and the catalogue call it. */
  readonly name: string;
  /** For its card: the paper, and what was changed. */
  readonly description: string;
  /** Name of a tensor that every file of its weights has, by which they are found among other tensors. */
  readonly lastLayer: string;
  /**
   * Whether the weights are those of another architecture too, which is meant unless this one is named: another network is made of the
   * same file.
   *
   * @default false
   */
  readonly onlyByName?: boolean;
  /** Why tensors of these shapes are not its weights ("it has no fc.weight"); undefined if they are. */
  findMismatch(shapes: TensorShapes): string | undefined;
  /** Whether a tensor serves training alone, so that it need not be read. */
  isForTraining(tensor: string): boolean;
  /**
   * The network as the graph of an ONNX model: input and outputs as in its card. Its numbers are read when the model is written.
   *
   * @param what what errors call the weights
   * @throws {NetworkError} naming a tensor that is missing or has another shape; one that is not finite, when the model is written
   */
  build(tensors: WeightTensors, what: string): GraphBuilder;
  /** What its card says, whatever the weights. */
  describe(): Promise<ArchitectureCard>;
}

/** Why tensors of these shapes are not those that are wanted; undefined if they are. */
export function findShapeMismatch(
  shapes: TensorShapes,
  wanted: readonly (readonly [name: string, shape: readonly number[]])[],
): string | undefined {
  for (const [name, sides] of wanted) {
    const shape = shapes.get(name);
    if (!shape) return `it has no ${name}`;
    if (String(shape) !== String(sides)) {
      return `it has ${name} of [${shape.join(', ')}], not [${sides.join(', ')}]`;
    }
  }
  return undefined;
}
