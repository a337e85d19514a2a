import { UsageError } from '../../../core/errors.js';
import type { Arguments } from '../../command.js';

/** Options that only scores read, and what they are. */
const OF_SCORES: Readonly<Record<string, string>> = {
  model: 'names a network that scores samples',
  classifier: 'names a network that scores samples',
  'class-map': 'is for a network that scores samples',
  'input-size': 'is for a network that scores samples',
  normalize: 'is for a network that scores samples',
  'features-output': 'is for a network that scores samples',
  'logits-output': 'is for a network that scores samples',
  test: 'names pictures that the GAN is measured on with scores',
};
/** Those that a grouping of classes by a network reads too. */
const OF_GROUPING = ['model', 'input-size', 'normalize', 'features-output', 'logits-output'];

/**
 * Refuses options of scores where no scores are made.
 *
 * @param plan how it groups classes, where one is made
 * @throws {UsageError} naming the first
 */
export function refuseUnscored(argv: Arguments, plan?: { readonly group: string | undefined }): void {
  if (argv['eval-every'] !== undefined) return;
  const usesNetwork = plan?.group === 'similar' || plan?.group === 'hard';
  const flag = Object.keys(OF_SCORES).find(
    (name) => argv[name] !== undefined && !(usesNetwork && OF_GROUPING.includes(name)),
  );
  if (flag === undefined) return;
  const grouping =
    plan && OF_GROUPING.includes(flag) ? ', or how it groups classes with --group similar or hard' : '';
  throw new UsageError(`--${flag} ${OF_SCORES[flag]}: say how often with --eval-every${grouping}.`);
}
