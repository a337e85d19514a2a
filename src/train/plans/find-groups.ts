import type { RunHooks } from '../../core/run-hooks.js';
import type { ClassPlan } from '../../documents/class-plan.js';
import { resolveOptions } from '../../evaluate/options.js';
import { cardOptions } from '../../evaluate/plan.js';
import { chooseNetworks } from '../../networks/choose-networks.js';
import { listKnownNetworks } from '../../networks/known-networks.js';
import type { Network } from '../../networks/network.js';
import { openRunPictures, type RunPictureChoice } from '../adversarial/open-pictures.js';
import type { RunPictures } from '../adversarial/run-pictures.js';
import type { TrainGanOptions } from '../adversarial/train-options.js';
import type { GanPreset } from '../adversarial/trainer.js';
import { difficultyOf, extractClassFeatures, PICTURES_PER_CLASS } from './class-features.js';
import { divideAtRandom, divideByDifficulty, divideBySimilarity } from './divide-classes.js';
import type { Grouping } from './groupings.js';

/** Which classes are in which group, by index, and how that came about. */
export interface Division {
  readonly sets: readonly (readonly (readonly number[])[])[];
  readonly grouping: ClassPlan['grouping'];
}

/** What groups are found of. */
export interface DivisionTask {
  /** Sizes of the groups of each set. */
  readonly sizes: readonly (readonly number[])[];
  readonly group: Grouping;
  readonly seed: number;
  readonly choice: RunPictureChoice;
  readonly options: Pick<TrainGanOptions, 'model' | 'modelsDir' | 'pictures' | 'device' | 'threads'> &
    Pick<TrainGanOptions, 'inputSize' | 'normalize' | 'featuresOutput' | 'logitsOutput'>;
  readonly preset: GanPreset<unknown>;
}

/**
 * Finds the groups of a plan.
 *
 * @throws {NetworkError} for a network that can't be used
 * @throws {ImagesError} for pictures that can't be used
 */
export async function divideClasses(task: DivisionTask, hooks: RunHooks): Promise<Division> {
  const { sizes, group, seed, choice, options, preset } = task;
  if (group === 'random') {
    const kind = sizes.length > 1 ? 'sizes' : 'random';
    return { sets: sizes.map((each) => divideAtRandom(each, seed)), grouping: { kind } };
  }
  const { train } = await openRunPictures(choice, preset, hooks);
  try {
    const network = await chooseNetwork(train, options, preset);
    const { device, threads } = options;
    const features = await extractClassFeatures(train, network, { ...hooks, device, threads });
    const facts = {
      kind: group,
      network: { name: network.name, sha256: network.sha256 },
      picturesPerClass: PICTURES_PER_CLASS,
    };
    if (group === 'similar') {
      const { groups, spread } = divideBySimilarity(features.means, sizes[0], seed);
      return { sets: [groups], grouping: { ...facts, spread } };
    }
    const difficulty = difficultyOf(features, train.form.classNames);
    return { sets: [divideByDifficulty(difficulty, sizes[0])], grouping: { ...facts, difficulty } };
  } finally {
    await train.close();
  }
}

/** The network that is named, or that of the preset's data set, or the one that `score` would take. */
async function chooseNetwork(
  { form: { classNames, channels } }: RunPictures,
  asked: DivisionTask['options'],
  { dataset }: GanPreset<unknown>,
): Promise<Network> {
  const options = resolveOptions(asked.normalize === undefined ? {} : { normalize: asked.normalize });
  const known = (await listKnownNetworks(asked.modelsDir)).map(({ card }) => card.name);
  const preferred = asked.pictures === undefined ? `inception-${dataset}` : '';
  // The command line takes --model several times, as score does.
  const named = [asked.model].flat()[0];
  const network = named ?? (known.includes(preferred) ? preferred : 'auto');
  const { model } = await chooseNetworks(
    classNames,
    { network, options: cardOptions({ ...options, ...asked }, network) },
    { network: 'auto' },
    { modelsDir: asked.modelsDir, profile: options.profile, haveColor: async () => channels === 3 },
  );
  return model;
}
