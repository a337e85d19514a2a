import { UsageError } from '../../../core/errors.js';
import { parseJson } from '../../../core/parse-json.js';
import type { RunPictures } from '../run-pictures.js';
import type { TrainGanOptions } from '../train-options.js';
import type { FamilyFacts, Trainer } from '../trainer.js';
import { type FeatureForm, featureFormSchema } from './feature-form.js';
import { openFrozenNetwork } from './frozen-network.js';

const SHOWN_DIGITS = 12;

/** @throws {UsageError} for a GAN whose discriminator takes no features */
export function refuseFeatures(
  { name, takesFeatures = false }: FamilyFacts<unknown>,
  { auxiliaryFeatures }: Pick<TrainGanOptions, 'auxiliaryFeatures'>,
): void {
  if (auxiliaryFeatures === undefined || takesFeatures) return;
  throw new UsageError(
    `The discriminator of ${name} takes no features of another network: leave --auxiliary-features out, or train acgan.`,
  );
}

/**
 * Runs `work` with the network that is named, if one is.
 *
 * @param work gets the pictures, with what is said of the network in their form, and what gives a trainer the network
 * @throws {NetworkError} for a network that cannot be used, or has no gradients here
 * @throws {UsageError} for pictures of another size than it takes
 */
export async function withFeatures<T>(
  train: RunPictures,
  { auxiliaryFeatures, modelsDir }: Pick<TrainGanOptions, 'auxiliaryFeatures' | 'modelsDir'>,
  work: (train: RunPictures, giveTo: (trainer: Trainer) => void) => Promise<T>,
): Promise<T> {
  if (auxiliaryFeatures === undefined) return work(train, () => {});
  const {
    form: features,
    features: network,
    dispose,
  } = await openFrozenNetwork(auxiliaryFeatures, train.form, modelsDir);
  try {
    const joined = { ...train, form: { ...train.form, features } };
    return await work(joined, (trainer) => trainer.useFeatures?.(network));
  } finally {
    dispose();
  }
}

/**
 * Compares the networks of a run and of the command that resumes it.
 *
 * @param form of the run's pictures, as its checkpoint has it
 * @throws {UsageError} saying which network the run has
 */
export function refuseOtherFeatures(
  folder: string,
  form: string | undefined,
  asked: FeatureForm | undefined,
): void {
  const before = featuresOf(form);
  if (before?.identity === asked?.identity) return;
  const show = ({ network, sha256 }: FeatureForm) => `${network} (${sha256.slice(0, SHOWN_DIGITS)})`;
  const isSameFile = before?.sha256 === asked?.sha256;
  const difference = isSameFile
    ? ' as it was fed and read then (its card differs)'
    : asked
      ? `, not ${show(asked)}`
      : '';
  throw new UsageError(
    before
      ? `The discriminator of the run in ${folder} is given the features of ${show(before)}${difference}: resume it with --auxiliary-features and that network, or name a new folder with -o.`
      : `The discriminator of the run in ${folder} is given no features of another network: leave --auxiliary-features out, or name a new folder with -o.`,
  );
}

function featuresOf(form: string | undefined): FeatureForm | undefined {
  try {
    const { features } = parseJson(form ?? '') as { features?: unknown };
    return featureFormSchema.safeParse(features).data;
  } catch {
    return undefined;
  }
}
