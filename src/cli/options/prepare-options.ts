import type { Options, PositionalOptions } from 'yargs';
import { UsageError } from '../../core/errors.js';
import type { PreparedOption } from './specs.js';
import { perhapsOfMany } from './suggest.js';

/**
 * Options as the parser gets them. Of an option that is given twice the last one counts, as in other programs, unless it is repeatable; yargs
 * makes an array of them. (Its setting `duplicate-arguments-array` would do the same to arguments without a flag: of `merge a b` only b would be
 * left.) A value that is no choice is refused here; yargs lists the choices in its help.
 *
 * @param facts `hidden`: help leaves the options out, since yargs lays out the help of a command whenever it runs it; `completed`: the word
 * that a shell completes, where one does
 */
export function prepareOptions(
  options: Readonly<Record<string, PreparedOption>>,
  facts: { readonly hidden: boolean; readonly completed?: string },
): Record<string, Options> {
  const { hidden, completed } = facts;
  return Object.fromEntries(
    Object.entries(options).map(([name, { repeatable = false, candidates, ...option }]) => [
      name,
      {
        ...option,
        hidden: hidden || option.hidden,
        ...(completed !== undefined && candidates && { choices: completeItem(candidates, completed) }),
        coerce: (value: unknown) => {
          const last = Array.isArray(value) && !repeatable ? value.at(-1) : value;
          return checkChoices(`--${name}`, option.coerce ? option.coerce(last) : last, option.choices);
        },
      },
    ]),
  );
}

/** The candidates for the last item of a list behind the items that are there. */
function completeItem(candidates: readonly string[], completed: string): string[] {
  const before = completed.slice(0, completed.lastIndexOf(',') + 1);
  const given = before.split(',');
  return candidates.flatMap((name) => (given.includes(name) ? [] : [before + name]));
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
