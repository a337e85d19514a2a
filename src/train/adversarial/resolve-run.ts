import { omitUndefined } from '../../core/omit-undefined.js';
import { resolveOptions } from '../../evaluate/options.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import { changeSettings, findPreset, lengthOf } from './choose-settings.js';
import { TRAINING_DEFAULTS } from './defaults.js';
import type { RunPaths } from './run-folder.js';
import type { TrainGanOptions } from './train-options.js';
import type { Family, Trainer } from './trainer.js';
import type { RunSets } from './validation/start-validation.js';

const MS_PER_MINUTE = 60_000;

/** What a run is, from the options and the preset. */
export function resolveRun(family: Family<unknown>, options: TrainGanOptions) {
  const { device: deviceOption, seed: seedOption, threads } = options;
  const { seed, device } = resolveOptions({ seed: seedOption, device: deviceOption, threads });
  const presetName = options.preset ?? Object.keys(family.presets)[0];
  const preset = findPreset(family, presetName);
  const { dataset, trainingPictures } = preset;
  const { backend, checkpointMinutes, gridEvery, evalSamples } = {
    ...TRAINING_DEFAULTS,
    ...omitUndefined(options),
  };
  return {
    seed,
    device,
    backend,
    presetName,
    preset,
    gridEvery,
    evalSamples,
    checkpointMs: checkpointMinutes * MS_PER_MINUTE,
    changes: options.settings,
    settings: changeSettings(family, preset, options.settings ?? {}),
    length: lengthOf(options, preset),
    choice: { dataset, trainingPictures, seed, preset: presetName, cacheDir: cacheFolder(options.cacheDir) },
  };
}

type ResolvedRun = ReturnType<typeof resolveRun>;

/** Everything that a run is made of. */
export interface Run {
  readonly family: Family<unknown>;
  readonly run: ResolvedRun;
  readonly options: TrainGanOptions;
  readonly backend: TrainingBackend;
  readonly paths: RunPaths;
  readonly requirePlace: () => Promise<void>;
  readonly pictures: RunSets;
  readonly trainer: Trainer;
}
