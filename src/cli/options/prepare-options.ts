import type { Options, PositionalOptions } from 'yargs';
import { UsageError } from '../../core/errors.js';
import { perhapsOfMany } from './suggest.js';

/**
 * Options as the parser gets them. Of an option that is given twice the last one counts, as in other programs, unless it is repeatable; yargs
 * makes an array of them. (Its setting `duplicate-arguments-array` would do the same to arguments without a flag: of `merge a b` only b would be
 * left.) A value that is no choice is refused here; yargs lists the choices in its help.
 *
 * @param hidden whether help leaves the options out: yargs lays the help of a command out whenever it runs it
 */
export function prepareOptions(
  options: Readonly<Record<string, Options & { readonly repeatable?: boolean }>>,
  hidden = false,
): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { repeatable = false, ...option }]) => [
      name,
      {
        ...option,
        hidden: hidden || option.hidden,
        coerce: (value: unknown) => {
          const last = Array.isArray(value) && !repeatable ? value.at(-1) : value;
          return checkChoices(`--${name}`, option.coerce ? option.coerce(last) : last, option.choices);
        },
      },
    ]),
  );
}

/** Arguments without a flag as the parser gets them. */
export function preparePositional(name: string, positional: PositionalOptions): PositionalOptions {
  const { choices } = positional;
  return choices
    ? { ...positional, coerce: (value: unknown) => checkChoices(name, value, choices) }
    : positional;
}

/** @throws {UsageError} for a value, or an item of a list, that is none of the choices */
function checkChoices(where: string, value: unknown, choices: Options['choices']): unknown {
  if (!choices || value === undefined) return value;
  const items = Array.isArray(value) ? value : [value];
  const wrong = items.find((item) => !choices.some((choice) => choice === item));
  if (wrong === undefined) return value;
  const near = perhapsOfMany(String(wrong), choices.map(String));
  throw new UsageError(`${where} cannot be ${JSON.stringify(wrong)}${near}: it takes ${choices.join(', ')}.`);
}
