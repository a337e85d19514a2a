import type { Options, PositionalOptions } from 'yargs';
import { UsageError } from '../../core/errors.js';

/**
 * Options as the parser gets them. Of an option that is given twice the last one counts, as in other programs; yargs makes an array
 * of them. (Its setting `duplicate-arguments-array` would do the same to arguments without a flag: of `merge a b` only b would be
 * left.) A value that is no choice is refused here; yargs lists the choices in its help.
 */
export function prepareOptions(options: Readonly<Record<string, Options>>): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      {
        ...option,
        coerce: (value: unknown) => {
          const last = Array.isArray(value) ? value.at(-1) : value;
          return option.coerce ? option.coerce(last) : checkChoice(`--${name}`, last, option.choices);
        },
      },
    ]),
  );
}

/** Arguments without a flag as the parser gets them. */
export function preparePositional(name: string, positional: PositionalOptions): PositionalOptions {
  const { choices } = positional;
  return choices
    ? { ...positional, coerce: (value: unknown) => checkChoice(name, value, choices) }
    : positional;
}

/** @throws {UsageError} for a value that is none of the choices */
function checkChoice(where: string, value: unknown, choices: Options['choices']): unknown {
  if (!choices || value === undefined || choices.some((choice) => choice === value)) return value;
  throw new UsageError(`${where} cannot be ${JSON.stringify(value)}: it takes ${choices.join(', ')}.`);
}
