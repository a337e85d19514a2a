import {
  add,
  concat,
  dispose,
  getBackend,
  mul,
  type Rank,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { NetworkError, UsageError } from '../../../core/errors.js';
import { type Network, openNetwork } from '../../../networks/network.js';
import type { PictureForm } from '../trainer.js';
import { readConstants } from './constants.js';
import type { FeatureForm } from './feature-form.js';
import { type Node, type Operator, translate } from './operators.js';

/** A network that gives features of pictures, with gradients for the pictures and none for its weights. */
export interface FrozenNetwork {
  readonly form: FeatureForm;
  /**
   * @param pixels float32 [N, size, size, channels] on 0–255, which need not be whole
   * @returns float32 [N, width]
   */
  readonly features: (pixels: Tensor4D) => Tensor2D;
  dispose(): void;
}

/**
 * Opens a network whose features of pictures have gradients: one that comes with ganeval, or that `ganeval train classifier` made. ONNX
 * Runtime computes no gradients, so the network's file is put into operators of tfjs, and those of these networks alone are known.
 *
 * @param name as `openNetwork` takes it
 * @param pictures that it will see
 * @throws {NetworkError} for a network that cannot be used, or has no gradients here
 * @throws {UsageError} for pictures of another size than it takes
 */
export async function openFrozenNetwork(
  name: string,
  pictures: PictureForm,
  modelsDir?: string,
): Promise<FrozenNetwork> {
  const network = await openNetwork(name, {}, modelsDir);
  const { card, sha256, identity, featureWidth: width } = network;
  if (card.input.size !== pictures.size) {
    throw new UsageError(
      `The network ${name} takes pictures of ${card.input.size}×${card.input.size}, and those of this training are ${pictures.size}×${pictures.size}: name an --auxiliary-features of that size.`,
    );
  }
  const operators = translateAll(name, network);
  const normalize = normalizer(card.input.normalize);
  const frozen: FrozenNetwork = {
    form: { network: card.name, sha256, identity, width },
    features: (pixels) => tidy(() => run(operators, network, normalize.apply(pixels))),
    dispose() {
      dispose(operators.flatMap(({ operator }) => operator.weights ?? []));
      normalize.dispose();
    },
  };
  try {
    refuseWrongShape(name, frozen, pictures);
    return frozen;
  } catch (error) {
    frozen.dispose();
    throw error;
  }
}

interface Placed {
  readonly node: Node;
  readonly operator: Operator;
}

/** The operators that lead to the features, in the order of the graph. */
function translateAll(name: string, { model, card }: Network): Placed[] {
  const { graph } = model.proto;
  if (!graph || !card.outputs.features || card.input.layout !== 'NCHW') throw refusal(name, 'no features');
  const constants = readConstants(graph, name);
  const needed = new Set([card.outputs.features.name]);
  const placed: Placed[] = [];
  for (const node of graph.node.toReversed()) {
    if (!node.output.some((each) => needed.has(each)) || constants.has(node.output[0])) continue;
    const operator = translate(node, constants);
    if (!operator) {
      dispose(placed.flatMap((each) => each.operator.weights ?? []));
      throw refusal(name, `an operator ${JSON.stringify(node.opType)} that has no gradients here`);
    }
    for (const each of operator.inputs) needed.add(each);
    placed.unshift({ node, operator });
  }
  return placed;
}

function refusal(name: string, has: string): NetworkError {
  return new NetworkError(
    `The network ${name} has ${has}: for --auxiliary-features name inception-cifar10, inception-mnist, or a network that "ganeval train classifier" made.`,
  );
}

function run(operators: readonly Placed[], { card }: Network, image: Tensor4D): Tensor2D {
  const values = new Map<string, Tensor>([[card.input.name, image]]);
  for (const { node, operator } of operators) {
    const outputs = operator.run(operator.inputs.map((each) => values.get(each) as Tensor));
    for (const [i, each] of [outputs].flat().entries()) values.set(node.output[i], each);
  }
  return values.get(card.outputs.features?.name ?? '') as Tensor2D;
}

/** Pixels of 0–255 to three channels as the network takes them. */
function normalizer({ scale, offset }: Network['card']['input']['normalize']) {
  const perChannel = (value: number | readonly number[]) =>
    tensor([value].flat(), [1, 1, 1, [value].flat().length]);
  const [factor, shift] = [perChannel(scale), perChannel(offset)];
  return {
    apply: (pixels: Tensor4D): Tensor4D =>
      add(mul(pixels.shape[3] === 3 ? pixels : concat([pixels, pixels, pixels], 3), factor), shift),
    dispose: () => dispose([factor, shift]),
  };
}

/** Some of tfjs's backends lack paddings that these networks have. */
const BACKEND = 'onnx';

/** @throws {NetworkError} for a file whose operators don't fit each other, or that tfjs's backend can't run */
function refuseWrongShape(name: string, { features, form }: FrozenNetwork, pictures: PictureForm): void {
  const { size, channels } = pictures;
  let shape: readonly number[];
  try {
    shape = tidy(() => features(zeros<Rank.R4>([1, size, size, channels])).shape);
  } catch (error) {
    if (getBackend() === BACKEND) throw refusal(name, 'operators that do not fit each other');
    throw new NetworkError(
      `The network ${name} of --auxiliary-features cannot run in tfjs's ${getBackend()} backend (${(error as Error).message.split('\n')[0]}): use --backend onnx.`,
    );
  }
  if (String(shape) !== String([1, form.width])) throw refusal(name, `features of [${shape}]`);
}
