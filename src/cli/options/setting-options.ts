import type { Options } from 'yargs';
import { z } from 'zod';
import type { FamilyFacts } from '../../train/adversarial/trainer.js';
import type { Arguments } from '../command.js';
import { type OptionSpec, specsOf, toYargs } from './specs.js';

const GROUP = "The paper's settings:";

/** A family's settings as flags: their names, texts and defaults come from its schema and its presets. */
export class SettingOptions {
  readonly #specs: readonly OptionSpec<string>[];

  constructor({ settings, presets }: FamilyFacts<unknown>) {
    const shape = settings instanceof z.ZodObject ? settings.shape : {};
    const values = Object.values(presets).map(
      (preset) => preset.settings as Readonly<Record<string, unknown>>,
    );
    this.#specs = specsOf<string>(shape).map((spec) => ({
      ...spec,
      defaultText:
        spec.defaultText === undefined || values.some((each) => each[spec.key] !== undefined)
          ? defaultOf(values.map((settings) => settings[spec.key]))
          : spec.defaultText,
    }));
  }

  /** As yargs takes them, by flag. */
  get options(): Record<string, Options> {
    return Object.fromEntries(this.#specs.map((spec) => [spec.flag, toYargs(spec, GROUP)]));
  }

  /** The settings that were given. */
  read(argv: Arguments): Record<string, unknown> {
    return Object.fromEntries(
      this.#specs.flatMap(({ key, flag }) => (argv[flag] === undefined ? [] : [[key, argv[flag]]])),
    );
  }
}

/** A preset's value overrides the schema's default, so only what all presets share can be shown. */
function defaultOf(values: readonly unknown[]): string {
  const texts = new Set(values.map(String));
  return texts.size === 1 ? [...texts][0] : 'as the preset has it';
}
