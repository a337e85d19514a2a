import { UsageError } from '../../core/errors.js';
import type { InvertedSet } from '../../documents/trained/inversion.js';
import type { OpenGenerator } from '../adversarial/open-generator.js';
import type { PictureForm } from '../adversarial/trainer.js';

/** The classes that pictures are inverted with; without any, the inference network predicts them. */
export interface ChosenClasses {
  readonly from: InvertedSet['classesFrom'];
  /** Of labels of the pictures: index of the generator's class. */
  readonly ofLabel?: (label: number) => number;
}

/**
 * Chooses where the classes of a set come from: `className`, its labels where all of its classes are the generator's, or the network.
 *
 * @throws {UsageError} for a class that the generator doesn't know, or one that it doesn't take
 */
export function chooseClasses(
  { trainer, form: { classNames } }: Pick<OpenGenerator, 'trainer' | 'form'>,
  pictures: PictureForm,
  { className, inferClasses = false }: { readonly className?: string; readonly inferClasses?: boolean },
): ChosenClasses {
  if (!trainer.conditional) {
    if (className === undefined && !inferClasses) return { from: 'none' };
    const flag = inferClasses ? '--infer-classes' : '--class';
    throw new UsageError(
      `${flag} needs a generator that takes classes, and this one takes none: leave it out.`,
    );
  }
  if (className !== undefined) {
    if (inferClasses) {
      throw new UsageError('Give --class or --infer-classes, not both: each says which class pictures have.');
    }
    const index = classNames.indexOf(className);
    if (index >= 0) return { from: 'option', ofLabel: () => index };
    throw new UsageError(
      `--class names ${JSON.stringify(className)}, which the generator does not know: it has ${classNames.join(', ')}.`,
    );
  }
  const indices = pictures.classNames.map((name) => classNames.indexOf(name));
  if (inferClasses || indices.length === 0 || indices.includes(-1)) return { from: 'network' };
  return { from: 'labels', ofLabel: (label) => indices[label] };
}
