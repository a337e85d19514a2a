import type { NetworkCard } from '../../cards/card.js';
import type { Architecture } from '../architecture.js';
import { buildVisionTransformer, INPUT_NAME, OUTPUT_NAME } from './build.js';
import { findMismatch } from './expected-tensors.js';
import { featureWidthOf, type VisionTransformerSpec } from './spec.js';

type Input = NetworkCard['input'];

/** What tells one vision transformer from others. */
export interface VisionTransformerFacts {
  readonly name: string;
  /** For its card: the paper. */
  readonly description: string;
  readonly spec: VisionTransformerSpec;
  /** How it is fed. */
  readonly feeding: Omit<Input, 'name' | 'layout' | 'size'>;
  /** Whether a tensor serves training or another part of the model alone. */
  readonly isForTraining: (tensor: string) => boolean;
}

/** A vision transformer whose weight files can be imported. */
export function visionTransformer(facts: VisionTransformerFacts): Architecture {
  const { name, description, spec, feeding, isForTraining } = facts;
  return {
    name,
    description,
    lastLayer: spec.names.positions,
    findMismatch: (shapes) => findMismatch(spec, shapes),
    isForTraining,
    build: (tensors, what) => buildVisionTransformer(spec, tensors, what),
    describe: async () => ({
      input: { name: INPUT_NAME, layout: 'NCHW', size: spec.size, ...feeding },
      outputs: { features: { name: OUTPUT_NAME, width: featureWidthOf(spec) } },
    }),
  };
}
