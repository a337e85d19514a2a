import { UsageError } from '../../core/errors.js';
import type { Arguments } from '../command.js';

/** The text of a flag, if it was given. */
export function readTextFlag(argv: Arguments, flag: string): string | undefined {
  return argv[flag] as string | undefined;
}

/** @throws {UsageError} unless the flag is absent or a whole number from 1 to `most` */
export function readCount(argv: Arguments, flag: string, most = 1e9): number | undefined {
  const fits = (value: number) => Number.isInteger(value) && value <= most;
  return readNumber(argv, flag, fits, `a whole number from 1 to ${most}`);
}

/** @throws {UsageError} saying what the flag takes, unless it is absent or fits and is above 0 */
export function readNumber(
  argv: Arguments,
  flag: string,
  fits: (value: number) => boolean,
  takes: string,
): number | undefined {
  const given = readTextFlag(argv, flag);
  if (given === undefined) return undefined;
  // Other notations, such as 0x10, are more often a slip than meant.
  const value = /^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/i.test(given.trim()) ? Number(given) : Number.NaN;
  if (fits(value) && value > 0) return value;
  throw new UsageError(`--${flag} cannot be ${JSON.stringify(given)}: it takes ${takes}.`);
}

/**
 * The words of a list that is separated by commas.
 *
 * @throws {UsageError} for an empty word
 */
export function readList(argv: Arguments, flag: string): string[] | undefined {
  const given = readTextFlag(argv, flag);
  if (given === undefined) return undefined;
  const words = given.split(',').map((word) => word.trim());
  if (words.every((word) => word !== '')) return words;
  throw new UsageError(`--${flag} cannot be ${JSON.stringify(given)}: it takes names separated by commas.`);
}
