import { UsageError } from '../../core/errors.js';
import { omitUndefined } from '../../core/omit-undefined.js';
import { listNamed, refuseHalfTexts } from '../conditions/condition-files.js';
import type { RunLength } from './adversarial-task.js';
import type { TrainGanOptions } from './train-options.js';
import type { FamilyFacts, GanPreset } from './trainer.js';

/**
 * A preset by its name.
 *
 * @throws {UsageError} naming those that there are
 */
export function findPreset(family: FamilyFacts<unknown>, name: string): GanPreset<unknown> {
  const preset = family.presets[name];
  if (preset) return preset;
  throw new UsageError(
    `There is no preset ${JSON.stringify(name)}: train ${family.name} has ${Object.keys(family.presets).join(', ')}.`,
  );
}

/**
 * The preset's settings with the caller's changes.
 *
 * @throws {UsageError} naming the first setting that is wrong
 */
export function changeSettings(
  family: FamilyFacts<unknown>,
  preset: GanPreset<unknown>,
  changes: Readonly<Record<string, unknown>>,
): unknown {
  const parsed = family.settings.safeParse({ ...(preset.settings as object), ...omitUndefined(changes) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`The setting ${issue.path.join('.') || '(unknown)'} is wrong: ${issue.message}.`);
}

/** @throws {UsageError} for conditions that a GAN doesn't learn, and for texts without what embeds them */
export function refuseUnknownConditions(
  { name, conditions: known = [] }: FamilyFacts<unknown>,
  { conditions = {} }: Pick<TrainGanOptions, 'conditions'>,
): void {
  refuseHalfTexts(conditions);
  const unknown = listNamed(conditions).find((kind) => !known.includes(kind));
  if (unknown === undefined) return;
  throw new UsageError(`The GAN ${name} learns no ${unknown}: leave them out, or train acgan.`);
}

/** @throws {UsageError} where both are given */
export function lengthOf(
  { steps, epochs }: Pick<TrainGanOptions, 'steps' | 'epochs'>,
  preset: GanPreset<unknown>,
): RunLength {
  if (steps !== undefined && epochs !== undefined) {
    throw new UsageError('--steps and --epochs both say how long to train: give one of them.');
  }
  return steps !== undefined ? { steps } : { epochs: epochs ?? preset.epochs };
}
