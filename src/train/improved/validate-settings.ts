import { UsageError } from '../../core/errors.js';
import type { PictureForm } from '../adversarial/trainer.js';
import type { ImprovedSettings } from './settings.js';

/** The sides of pictures that each generator can make, in pixels: multiples of a number, and a minimum. */
const SIDES = {
  mnist: { multiple: 1, minimum: 1 },
  cifar10: { multiple: 8, minimum: 16 },
  svhn: { multiple: 8, minimum: 16 },
  imagenet128: { multiple: 32, minimum: 32 },
} as const satisfies Record<ImprovedSettings['network'], { multiple: number; minimum: number }>;

/**
 * Checks that the settings fit each other and the pictures.
 *
 * @throws {UsageError} if they do not
 */
export function validateSettings(settings: ImprovedSettings, { size, classNames }: PictureForm): void {
  const { network, labelsPerClass, labeledOnly, generatorLoss, generatorTarget } = settings;
  const { multiple, minimum } = SIDES[network];
  if (size % multiple !== 0 || size < minimum) {
    throw new UsageError(
      `The ${network} networks cannot make pictures of ${size} px: their side must be a multiple of ${multiple}, ${minimum} or more.`,
    );
  }
  if (labelsPerClass > 0 && classNames.length < 2) {
    throw new UsageError(
      'The pictures have no two classes to tell apart: put each class into a folder of its own, or train without labels (--labels-per-class 0).',
    );
  }
  if (labeledOnly && labelsPerClass === 0) {
    throw new UsageError(
      '--labeled-only trains on labels alone, and --labels-per-class 0 leaves none: give more.',
    );
  }
  if (generatorTarget < 1 && generatorLoss !== 'non-saturating') {
    throw new UsageError(
      `--generator-target is for the non-saturating loss, and the generator's is ${generatorLoss}: leave it out, or give --generator-loss non-saturating.`,
    );
  }
}
