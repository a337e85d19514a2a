import type { DivisorSet } from '../../core/divisor-sets.js';
import type { FdrDivisor } from '../metric.js';

const SOURCE = 'Yang et al. 2026, the validation set of ImageNet at 256 pixels';

/** Pictures of ImageNet's validation set. */
const COUNT = 50_000;

const BFLOAT16 =
  'The published divisor is of features that were computed in bfloat16, and these are in float32, so that 1 is not exactly what real pictures have.';
const INSTEAD = 'pass real pictures with --validation, in place of --fdr-divisors.';

/** A published distance, or why features of ours are not those that it is of. */
export type PublishedDivisor = FdrDivisor | { readonly refusal: string };

/** A number as it is printed: its last digit may be off by half. */
function divisor(printed: string, differences: readonly string[] = []): FdrDivisor {
  const decimals = printed.length - printed.indexOf('.') - 1;
  return {
    value: Number(printed),
    rounding: 0.5 * 10 ** -decimals,
    source: SOURCE,
    count: COUNT,
    ...(differences.length > 0 && { differences }),
  };
}

/** For features of another network, or of another layer: their distances are on another scale. */
function unlike(printed: string, what: string): PublishedDivisor {
  return {
    refusal: `The published divisor ${printed} is of ${what}, which are not the features of this network: ${INSTEAD}`,
  };
}

/**
 * Fréchet distances of held-out real pictures, as they were published with FDr: by data set, and by network. Each is of the features that
 * FDr's code takes. Where ours are of the same weights and layer, what else differs is said; where they are not, there is no divisor.
 *
 * The code works as follows (`frechet_distance/repr_models.py` and `compute_valfd.py`): timm's networks under autocast in bfloat16,
 * the class token of `forward_features` (attention pooling for SigLIP, the mean of the maps for ConvNeXt); Inception v3 of torch-fidelity without autocast.
 */
export const PUBLISHED_DIVISORS: Readonly<Record<DivisorSet, Readonly<Record<string, PublishedDivisor>>>> = {
  'imagenet-256': {
    'inception-v3': divisor('1.68'),
    'convnext-v2-b': unlike('56.87', 'the means of ConvNeXt V2-B’s last maps before the last layer norm'),
    'dinov2-vit-l-14': divisor('14.19', [
      BFLOAT16,
      'The published divisor is of DINOv2 on 256 pixels (19 × 19 patches with a padded edge), and this network sees 224 (16 × 16 patches), so that 1 is not exactly what real pictures have.',
    ]),
    'mae-vit-l-16': divisor('.04', [BFLOAT16]),
    'siglip-so400m-14': unlike('.60', 'SigLIP 2 with patches of 16 pixels, another network'),
    'clip-vit-l-14': unlike(
      '5.60',
      'CLIP’s class token before the projection, on 256 pixels and with GELU in place of QuickGELU',
    ),
  },
};
