import type { Options } from 'yargs';

/** yargs makes an array of an option that is given twice; as in other programs, the last one counts. */
export function lastOneWins(options: Readonly<Record<string, Options>>): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, coerce: last(option) }]),
  );
}

function last({ coerce }: Options) {
  return (value: unknown) => {
    const one = Array.isArray(value) ? value.at(-1) : value;
    return coerce ? coerce(one) : one;
  };
}
