import {
  describeSmallInception,
  type MixedBlock,
  type ReductionBlock,
  type SmallInceptionSpec,
} from '../../../networks/architectures/small-inception.js';
import type { NetworkCard } from '../../../networks/cards/card.js';
import { RESIZE } from '../../pictures/resize-pictures.js';
import type { Normalization } from '../data/augment.js';
import type { Recipe } from '../recipe.js';
import type { FinishedNetwork } from './finish-network.js';

/** Everything that a trained network's card is written from. */
export interface CardFacts {
  readonly name: string;
  readonly spec: SmallInceptionSpec;
  readonly classNames: readonly string[];
  readonly normalization: Normalization;
  readonly finished: FinishedNetwork;
  readonly sha256: string;
  readonly license?: string;
  readonly training: {
    readonly data: string;
    /** Of the pictures trained on, and of those kept back. */
    readonly digests: Readonly<Record<string, string>>;
    readonly pictures: number;
    readonly keptBack: number;
    readonly recipe: Recipe;
    readonly seed: number;
    readonly steps: number;
    readonly seconds: number;
    readonly backend: string;
    readonly versions: Readonly<Record<string, string>>;
    /** YYYY-MM-DD */
    readonly date: string;
  };
  readonly heldOut: { readonly data: string; readonly digest: string; readonly pictures: number };
}

/** What the project's own metrics say of the network on the held-out pictures. */
export interface OwnScores {
  readonly inceptionScore?: { readonly value: number; readonly std?: number; readonly splits: number };
  /** By side in pixels. */
  readonly accuracyReducedTo: Readonly<Record<string, number>>;
}

/** The card of a trained network, without what takes the card itself to measure. */
export function makeCard(facts: CardFacts): NetworkCard {
  const { name, spec, classNames, finished, sha256, license, training, heldOut } = facts;
  const { test, validation, temperature, storage } = finished;
  const { recipe, digests, pictures, keptBack, ...run } = training;
  const { network: _network, ...settings } = recipe;
  return {
    name,
    sha256,
    comparableWith:
      'numbers of the same network alone, not with published ones, which come from the Inception v3 of 2015',
    input: {
      name: 'image',
      layout: 'NCHW',
      size: spec.size,
      resize: RESIZE,
      normalize: perChannel(facts.normalization),
    },
    outputs: {
      features: { name: 'features', width: describeSmallInception(spec).featureWidth },
      logits: { name: 'logits', width: spec.classes },
    },
    ...(spec.channels === 1 && { gray: true }),
    classes: [...classNames],
    architecture: describeArchitecture(spec),
    training: { ...run, pictures, keptBack, sha256: digests, recipe: settings, weights: storage },
    heldOut: {
      ...heldOut,
      accuracy: test.accuracy,
      logLoss: test.logLoss,
      confusion: test.confusion,
      sameClassWithFloat32: test.agreement,
      temperature: {
        value: temperature,
        fittedOn: `${keptBack} pictures kept out of training`,
        accuracy: validation.accuracy,
        logLossBefore: validation.logLossBefore,
        logLossAfter: validation.logLossAfter,
      },
    },
    ...(license && { license }),
  };
}

/** The card with the project's own scores of the network. */
export function withScores(card: NetworkCard, { inceptionScore, accuracyReducedTo }: OwnScores): NetworkCard {
  return {
    ...card,
    heldOut: {
      ...card.heldOut,
      accuracyReducedTo: { ...accuracyReducedTo, method: 'TF1 bilinear down and up (decimate)' },
      ...(inceptionScore && { inceptionScore }),
    },
  };
}

/** A gray network takes the mean of red, green and blue, so that one number serves all. */
function perChannel({ scale, offset }: Normalization): NetworkCard['input']['normalize'] {
  const triple = (values: readonly number[]) =>
    values.length === 1 ? values[0] : ([values[0], values[1], values[2]] as [number, number, number]);
  return { scale: triple(scale), offset: triple(offset) };
}

/** The network's blocks in words. */
export function describeArchitecture(spec: SmallInceptionSpec): string {
  const { parameters, multiplyAdds, featureWidth } = describeSmallInception(spec);
  const count = parameters.toLocaleString('en-US');
  const millions = Math.round(multiplyAdds / 1e6);
  const blocks = spec.blocks.map((block) =>
    block.kind === 'mixed' ? describeMixed(block) : describeReduction(block),
  );
  return [
    `Inception-BN: stem 2x2x${spec.stem}, whitening, not trained`,
    ...blocks,
    `global average (${featureWidth})`,
    `linear ${spec.classes}. ${count} parameters, about ${millions} million multiply-adds a picture`,
  ].join('; ');
}

function describeMixed({ single, triple, double, pool }: MixedBlock): string {
  return `block (1x1 ${single} | 3x3 ${triple.join('-')} | double 3x3 ${double.join('-')} | pool projection ${pool})`;
}

function describeReduction({ triple, double }: ReductionBlock): string {
  return `reduction (3x3 ${triple.join('-')} | double 3x3 ${double.join('-')} | average pool)`;
}
