import {
  abs,
  add,
  cast,
  concat,
  div,
  equal,
  greater,
  keep,
  mean,
  mul,
  relu,
  type Scalar,
  sigmoid,
  slice,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { type ConditionForm, type ConditionPart, listParts } from '../conditions/condition-form.js';
import { classAccuracy, classLoss } from './losses.js';
import type { AcganForm, DiscriminatorOutput } from './networks.js';
import type { Wanted } from './wanted.js';

/** What the auxiliary heads lose on pictures: a loss and a share that is right, for classes and for each part of the conditions. */
export interface AuxiliaryLosses {
  /** By what is lost: `Class`, `Attributes`, `Boxes`, `Embeddings`. */
  readonly losses: ReadonlyMap<string, Scalar>;
  /** Shares in [0, 1], by what is seen. */
  readonly shares: ReadonlyMap<string, Scalar>;
}

/** The parts of −L_C (Odena et al. 2017, equation 3), for classes and for conditions. */
export function auxiliaryLosses(
  form: AcganForm,
  output: DiscriminatorOutput,
  wanted: Wanted,
): AuxiliaryLosses {
  const losses = new Map<string, Scalar>();
  const shares = new Map<string, Scalar>();
  if (form.classes > 0) {
    losses.set('Class', classLoss(output.classes, wanted.classes));
    shares.set('', classAccuracy(output.classes, wanted.classes));
  }
  if (!form.conditions || !output.conditions || !wanted.conditions) return { losses, shares };
  for (const part of listParts(form.conditions)) {
    const [seen, targets] = [partOf(output.conditions, part), partOf(wanted.conditions, part)];
    const { name, loss, share } = HEADS[part.kind];
    losses.set(name, loss(seen, targets));
    if (share) shares.set(name, share(seen, targets));
  }
  return { losses, shares };
}

/**
 * Sigmoid cross-entropy of attributes, −E log P(a), as the mean over attributes: the more there are, the smaller the part of each, so
 * that they don't drown the source.
 *
 * @param logits of having each attribute, float32 [N, attributes]
 * @param targets 0 or 1, float32 [N, attributes]
 * @returns the mean over pictures and attributes
 */
export function attributeLoss(logits: Tensor2D, targets: Tensor2D): Scalar {
  return mean(sub<Tensor2D>(softplus(logits), mul(targets, logits)));
}

/** What the discriminator sees of conditions, as a person reads them: probabilities of attributes. */
export function readableConditions(form: ConditionForm, seen: Tensor2D): Tensor2D {
  return concat(
    listParts(form).map((part) => HEADS[part.kind].read(partOf(seen, part))),
    1,
  );
}

function partOf(values: Tensor2D, { from, width }: ConditionPart): Tensor2D {
  return slice(values, [0, from], [-1, width]);
}

/** The share of attributes that are seen as they are. */
function attributeAccuracy(logits: Tensor2D, targets: Tensor2D): Scalar {
  return mean(cast(equal(greater(logits, 0), greater(targets, 0.5)), 'float32'));
}

/** What is done with one part of the conditions. */
interface Head {
  /** In the names of losses. */
  readonly name: string;
  readonly loss: (seen: Tensor2D, targets: Tensor2D) => Scalar;
  /** The share that is right, where that can be said. */
  readonly share?: (seen: Tensor2D, targets: Tensor2D) => Scalar;
  /** What was seen, laid out as conditions are. */
  readonly read: (seen: Tensor2D) => Tensor2D;
}

/** Where the loss of a box changes from a square to an absolute value, as a share of the picture. */
const BOX_BETA = 0.1;

/**
 * Smooth L1 loss of boxes (Girshick 2015) between the sigmoid of what is seen and what is known, in shares of the picture: d²/(2β) of a
 * number that is less than β = 0.1 off, and d − β/2 of others; the sum over a box's four numbers.
 *
 * @param seen before the sigmoid, float32 [N, 4]
 * @param targets x and y of the center, width and height, in [0, 1], float32 [N, 4]
 * @returns the mean over pictures
 */
export function boxLoss(seen: Tensor2D, targets: Tensor2D): Scalar {
  const distance = abs(sub<Tensor2D>(sigmoid(seen), targets));
  const within = sub<Tensor2D>(BOX_BETA, relu(sub<Tensor2D>(BOX_BETA, distance)));
  const each = mul<Tensor2D>(within, sub(distance, mul(within, 0.5)));
  return mean(mul(sum(each, 1), 1 / BOX_BETA));
}

/**
 * What the head of embeddings loses: 1 less the cosine similarity, in [0, 2].
 *
 * @param seen of any length, float32 [N, D]
 * @param targets of length 1, float32 [N, D]
 * @returns the mean over pictures
 */
export function embeddingLoss(seen: Tensor2D, targets: Tensor2D): Scalar {
  return sub<Scalar>(1, mean<Scalar>(sum(mul(toUnitLength(seen), targets), 1)));
}

/** Far below the length of anything that a head sees. */
const EPSILON = 1e-12;

/** Rows divided by their length. */
function toUnitLength(rows: Tensor2D): Tensor2D {
  return div(rows, sqrt(add(sum(square(rows), 1, true), EPSILON)));
}

const HEADS: Readonly<Record<ConditionPart['kind'], Head>> = {
  attributes: { name: 'Attributes', loss: attributeLoss, share: attributeAccuracy, read: sigmoid },
  boxes: { name: 'Boxes', loss: boxLoss, read: sigmoid },
  embeddings: { name: 'Embeddings', loss: embeddingLoss, read: toUnitLength },
};

/** Sum of some losses, from the first on. */
export function sumOf(losses: ReadonlyMap<string, Scalar>): Scalar {
  return [...losses.values()].reduce((total, each) => add<Scalar>(total, each));
}

/** Losses and shares of both kinds of pictures by the names that logs have, which outlive the scope. */
export function keepLosses(real: AuxiliaryLosses, fake: AuxiliaryLosses): Record<string, Scalar> {
  const kept: Record<string, Scalar> = {};
  const sides = [
    ['Real', real],
    ['Fake', fake],
  ] as const;
  for (const name of real.losses.keys()) {
    for (const [side, { losses }] of sides) kept[`loss${name}${side}`] = keep(losses.get(name) as Scalar);
  }
  for (const name of real.shares.keys()) {
    for (const [side, { shares }] of sides) kept[`accuracy${name}${side}`] = keep(shares.get(name) as Scalar);
  }
  return kept;
}
