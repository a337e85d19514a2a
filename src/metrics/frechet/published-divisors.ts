import type { DivisorSet } from '../../core/divisor-sets.js';
import type { FdrDivisor } from '../metric.js';

const SOURCE = 'Yang et al. 2026, the validation set of ImageNet at 256 pixels';

/** A number as it is printed: its last digit may be off by half. */
function divisor(printed: string): FdrDivisor {
  const decimals = printed.length - printed.indexOf('.') - 1;
  return { value: Number(printed), rounding: 0.5 * 10 ** -decimals, source: SOURCE };
}

/**
 * Fréchet distances of held-out real pictures, as they were published with FDr: by data set, and by network. Features of transformers are their
 * class tokens.
 */
export const PUBLISHED_DIVISORS: Readonly<Record<DivisorSet, Readonly<Record<string, FdrDivisor>>>> = {
  'imagenet-256': {
    'inception-v3': divisor('1.68'),
    'convnext-v2-b': divisor('56.87'),
    'dinov2-vit-l-14': divisor('14.19'),
    'mae-vit-l-16': divisor('.04'),
    'siglip-so400m-14': divisor('.60'),
    'clip-vit-l-14': divisor('5.60'),
  },
};
